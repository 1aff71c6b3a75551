// Somebody who looks around and takes over.
#include "cli/generate/cast.hpp"

namespace kaudit::cli {

void add_attacker(Traffic& traffic, Cast& cast) {
  const std::string address = "198.51.100.77";
  const std::size_t scan = cast.anonymous("python-requests/2.32.3", address);
  const std::size_t guess = cast.nobody("curl/8.14.1", address);
  const std::size_t stolen = cast.service_account(
      "default", "default", "kubectl/v1.26.0 (linux/amd64) kubernetes/b46a3f8", address, "default");
  std::vector<Pattern>& p = traffic.patterns;
  const auto refused = [&](std::size_t who, std::uint32_t weight, const char* verb,
                           const char* resource) {
    p.push_back({.first_actor = who,
                 .weight = weight,
                 .verb = verb,
                 .resource = resource,
                 .where = Where::AllNamespaces,
                 .query = "?limit=500",
                 .mean_us = 1500,
                 .forbidden = 1000});
  };
  p.push_back({.first_actor = guess,
               .weight = 400,
               .verb = "list",
               .resource = "secrets",
               .where = Where::AllNamespaces,
               .query = "?limit=500",
               .mean_us = 900,
               .failed_login = true});
  p.push_back(
      {.first_actor = scan, .weight = 120, .verb = "get", .resource = "/version", .mean_us = 600});
  p.push_back({.first_actor = scan,
               .weight = 120,
               .verb = "get",
               .resource = "/api",
               .mean_us = 600,
               .forbidden = 1000});
  refused(scan, 200, "list", "pods");
  refused(scan, 120, "list", "secrets");
  refused(stolen, 60, "list", "nodes");
  p.push_back({.first_actor = stolen,
               .weight = 120,
               .verb = "create",
               .group = "authorization.k8s.io",
               .resource = "selfsubjectrulesreviews",
               .where = Where::Cluster,
               .mean_us = 1500,
               .body = BodyKind::AccessReview,
               .answer = BodyKind::AccessReview});
  p.push_back({.first_actor = stolen,
               .weight = 150,
               .verb = "list",
               .resource = "secrets",
               .where = Where::Namespace,
               .query = "?limit=500",
               .mean_us = 4000,
               .forbidden = 300});
  p.push_back({.first_actor = stolen,
               .weight = 60,
               .verb = "get",
               .resource = "secrets",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 2000,
               .answer = BodyKind::Secret});
  p.push_back({.first_actor = stolen,
               .weight = 40,
               .verb = "create",
               .resource = "pods",
               .where = Where::Namespace,
               .naming = Naming::Random,
               .ns = "default",
               .query = kServerSide,
               .mean_us = 9000,
               .body = BodyKind::Pod,
               .answer = BodyKind::Pod});
  p.push_back({.first_actor = stolen,
               .weight = 40,
               .verb = "create",
               .resource = "pods",
               .subresource = "exec",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .query = "?command=bash&command=-c&command=id&stdout=true&stderr=true",
               .mean_us = 2'000'000});
  p.push_back({.first_actor = stolen,
               .weight = 20,
               .verb = "create",
               .group = "rbac.authorization.k8s.io",
               .resource = "clusterrolebindings",
               .where = Where::Cluster,
               .naming = Naming::Random,
               .mean_us = 7000,
               .body = BodyKind::RoleBinding,
               .answer = BodyKind::RoleBinding,
               .forbidden = 300});
  p.push_back({.first_actor = stolen,
               .weight = 10,
               .verb = "deletecollection",
               .resource = "events",
               .where = Where::Namespace,
               .mean_us = 40'000,
               .body = BodyKind::DeleteOptions});
}

}  // namespace kaudit::cli
