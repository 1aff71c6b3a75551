#pragma once

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::testapi {

Answer json_answer(int status, const objects::Json& json);
Answer refuse(const RequestScope& scope, int code, std::string_view reason,
              std::string_view message);
Answer no_such(const RequestScope& scope, std::string_view what, std::string_view name);
Answer no_such_method(const RequestScope& scope, std::string_view allowed);
objects::Json number(std::uint64_t value);

/// The request's body, an object of JSON; without a body an empty one. Error: the 400 or 413.
boost::asio::awaitable<tl::expected<objects::Json, audit::Status>> read_json(RequestScope& scope);

}  // namespace kaudit::apiserver::testapi
