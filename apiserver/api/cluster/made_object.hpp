#pragma once

#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Who makes objects unasked, as their managedFields name it.
constexpr std::string_view kServerManager = "kube-apiserver";
constexpr std::string_view kControllerManager = "kube-controller-manager";

/// A new object of ours, with defaults and what the server gives every object: uid, creation time,
/// generation where the kind counts, managedFields. `wanted` says all the rest.
objects::Json made_object(const objects::Resource& resource, const objects::Json& wanted,
                          std::string_view manager);

/// Stores it. Null when there is one of that name.
boost::asio::awaitable<objects::ObjectPtr> store_made(const ApiOptions& options,
                                                      const objects::Resource& resource,
                                                      objects::Json object);

}  // namespace kaudit::apiserver::api
