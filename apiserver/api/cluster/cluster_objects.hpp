#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"

namespace kaudit::apiserver::api {

// The objects that a cluster has from the start. One that exists already, in a store that outlives
// the process, stays as it is.

/// All that does not depend on where the server listens: namespaces, priority classes, the default
/// roles and their bindings, and of a furnished one what is in each namespace. Of a bare one the
/// namespace `default`.
boost::asio::awaitable<void> make_cluster_objects(const ApiOptions& options);

/// Service `default/kubernetes` with its Endpoints and EndpointSlice, by which clients inside a
/// cluster find the server. `address` is an IP address. Nothing in a bare one.
boost::asio::awaitable<void> make_kubernetes_service(const ApiOptions& options, std::string address,
                                                     std::uint16_t port);

/// What controllers give each namespace: ServiceAccount `default` and ConfigMap
/// `kube-root-ca.crt`. Of a ConfigMap with other contents they are put right.
/// (kube-controller-manager pkg/controller/serviceaccount,
/// pkg/controller/certificates/rootcacertpublisher)
boost::asio::awaitable<void> furnish_namespace(const ApiOptions& options, std::string ns);

/// True for the names above.
bool is_furniture(const ObjectRef& ref) noexcept;

}  // namespace kaudit::apiserver::api
