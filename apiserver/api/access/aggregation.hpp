#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Gives every ClusterRole that gathers the rules of others the rules that it should have, after
/// one ClusterRole was written: `before` is null when it is new, `after` when it is gone. What a
/// cluster's controller does a little later, and by requests, is done here at once and without.
/// (kube-controller-manager pkg/controller/clusterroleaggregation)
boost::asio::awaitable<void> follow_cluster_role(const ApiOptions& options,
                                                 objects::ObjectPtr before,
                                                 objects::ObjectPtr after);

/// The rules that a ClusterRole of that name gathers now: of each selector's roles by name, each
/// rule once.
boost::asio::awaitable<objects::Json> gathered_rules(const ApiOptions& options, std::string name);

/// A ClusterRole with those rules, which the controller then owns.
objects::Json with_gathered_rules(const objects::Json& role, objects::Json rules);

}  // namespace kaudit::apiserver::api
