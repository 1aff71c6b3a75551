#pragma once

#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"

namespace kaudit::apiserver::api {

/// Makes default, kube-system, kube-public and kube-node-lease, where they are missing.
boost::asio::awaitable<void> create_system_namespaces(store::Store& store);

/// Whether objects may be created in the call's namespace. Error: 404 when there is none of that
/// name, 403 while it is being deleted. (apiserver pkg/admission/plugin/namespace/lifecycle)
boost::asio::awaitable<Expected<void>> check_namespace(const Call& call);

/// True for the namespaces that may not be deleted.
bool is_protected(std::string_view ns) noexcept;

/// Removes everything in a namespace, as the namespace controller would.
boost::asio::awaitable<void> empty_namespace(store::Store& store, std::string_view ns);

}  // namespace kaudit::apiserver::api
