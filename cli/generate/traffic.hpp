#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.hpp"

namespace kaudit::cli {

/// Which cluster's requests are made up.
enum class Profile : std::uint8_t {
  Quiet,   ///< three nodes and their controllers, now and then a person
  Busy,    ///< a hundred nodes, deployments, pipelines, monitoring
  Attack,  ///< a quiet cluster that somebody looks around in and takes over
};

/// Somebody who sends requests.
struct Actor {
  audit::UserInfo user;
  std::string user_agent;
  std::vector<std::string> source_ips;
  std::string reason;        ///< why they are allowed, as RBAC says
  std::string impersonates;  ///< a user's name, "" for none
};

/// What a request's body and answer hold.
enum class BodyKind : std::uint8_t {
  None,
  Lease,
  NodeStatus,
  PodStatus,
  Pod,
  Deployment,
  ReplicaSet,
  ConfigMap,
  Secret,
  Event,
  EndpointSlice,
  TokenRequest,
  AccessReview,
  RoleBinding,
  DeleteOptions,
};

enum class Naming : std::uint8_t {
  None,    ///< a list, or a path
  Own,     ///< named as the actor is: a node, or its lease
  Fixed,   ///< Pattern::name
  Pod,     ///< web-6d4b75cb6d-x7k2p
  App,     ///< web
  Random,  ///< of objects that come and go
};

enum class Where : std::uint8_t { Path, Cluster, Namespace, AllNamespaces };

/// A kind of request that some actors send again and again.
struct Pattern {
  std::size_t first_actor = 0;
  std::size_t actors = 1;
  std::uint32_t weight = 1;
  const char* verb = "";
  const char* group = "";
  const char* version = "v1";
  const char* resource = "";  ///< or the path
  const char* subresource = "";
  Where where = Where::Path;
  Naming naming = Naming::None;
  const char* ns = nullptr;  ///< null: any
  const char* name = "";
  const char* query = "";  ///< with `$rv` for a resourceVersion
  std::uint64_t mean_us = 1000;
  BodyKind body = BodyKind::None;
  BodyKind answer = BodyKind::None;
  std::uint32_t conflicts = 0;  ///< per mille; likewise the next two
  std::uint32_t not_found = 0;
  std::uint32_t forbidden = 0;
  bool failed_login = false;
};

/// The actors and patterns of a profile.
struct Traffic {
  std::vector<Actor> actors;
  std::vector<Pattern> patterns;
  std::uint64_t mean_gap_us = 0;  ///< between requests
};

Traffic traffic_of(Profile profile);

/// Namespaces and applications of the cluster.
std::string_view namespace_name(std::uint64_t number);
std::string_view app_name(std::uint64_t number);

}  // namespace kaudit::cli
