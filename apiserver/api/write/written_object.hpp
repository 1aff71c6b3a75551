#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What a create or an update brings. (No aggregate: it passes through coroutines.)
struct WrittenObject {
  WrittenObject(objects::Json decoded, WriteOptions asked)
      : object(std::move(decoded)), options(std::move(asked)) {}

  objects::Json object;
  WriteOptions options;
};

/// Reads the body and the options of a create or an update, in the order in which a real server
/// judges them, and records the object as soon as it is decoded. `options_kind`: CreateOptions or
/// UpdateOptions. Error: the Status to answer (413, 415, 422, 400, the last also for a body of
/// another namespace).
boost::asio::awaitable<Expected<WrittenObject>> read_object(Call& call,
                                                            std::string_view options_kind);
/// The same for a body of another kind than the resource's own, as a subresource has. `older`: a
/// version of the same fields that will do as well.
boost::asio::awaitable<Expected<WrittenObject>> read_object_of(
    Call& call, objects::TypeMeta type, std::string_view options_kind,
    std::optional<objects::TypeMeta> older = std::nullopt);

}  // namespace kaudit::apiserver::api
