#pragma once

#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Whether `object` may be created in the call's namespace. Error: 404 when there is none of that
/// name, 403 while it is being deleted. (apiserver pkg/admission/plugin/namespace/lifecycle)
boost::asio::awaitable<Expected<void>> check_namespace(const Call& call,
                                                       const objects::Json& object);

/// True for the namespaces that may not be deleted.
bool is_protected(std::string_view ns) noexcept;

/// Where a namespace itself lives.
ObjectRef namespace_ref(std::string_view name);

}  // namespace kaudit::apiserver::api
