// People, and what runs in a cluster.
#include "cli/generate/cast.hpp"

namespace kaudit::cli {

void add_people(Traffic& traffic, Cast& cast, std::uint32_t weight) {
  const std::string kubectl = "kubectl/v1.33.4 (linux/amd64) kubernetes/81d9ab7";
  const std::size_t alice =
      cast.person("alice@example.com", "oidc:developers", kubectl, "203.0.113.10");
  const std::size_t bob = cast.person("bob@example.com", "oidc:operators", kubectl, "203.0.113.24");
  const std::size_t as_bob =
      cast.person("alice@example.com", "oidc:developers", kubectl, "203.0.113.10");
  cast[as_bob].impersonates = "bob@example.com";
  std::vector<Pattern>& p = traffic.patterns;
  p.push_back({.first_actor = alice,
               .actors = 2,
               .weight = 8 * weight,
               .verb = "list",
               .resource = "pods",
               .where = Where::Namespace,
               .query = "?limit=500",
               .mean_us = 6000,
               .forbidden = 20});
  p.push_back({.first_actor = alice,
               .actors = 2,
               .weight = 4 * weight,
               .verb = "get",
               .group = "apps",
               .resource = "deployments",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 2500,
               .answer = BodyKind::Deployment,
               .not_found = 30});
  p.push_back({.first_actor = alice,
               .weight = 3 * weight,
               .verb = "patch",
               .group = "apps",
               .resource = "deployments",
               .where = Where::Namespace,
               .naming = Naming::App,
               .query = kServerSide,
               .mean_us = 9000,
               .body = BodyKind::Deployment,
               .answer = BodyKind::Deployment});
  p.push_back({.first_actor = bob,
               .weight = 2 * weight,
               .verb = "get",
               .resource = "pods",
               .subresource = "log",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .query = "?container=app&follow=true",
               .mean_us = 60'000'000});
  p.push_back({.first_actor = bob,
               .weight = weight,
               .verb = "get",
               .resource = "pods",
               .subresource = "exec",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .query = "?command=sh&container=app&stdin=true&stdout=true&tty=true",
               .mean_us = 90'000'000});
  p.push_back({.first_actor = as_bob,
               .weight = weight,
               .verb = "get",
               .resource = "secrets",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 2000,
               .answer = BodyKind::Secret,
               .forbidden = 200});
  p.push_back({.first_actor = bob,
               .weight = weight,
               .verb = "delete",
               .resource = "pods",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .mean_us = 9000,
               .body = BodyKind::DeleteOptions,
               .answer = BodyKind::Pod});
}

void add_workloads(Traffic& traffic, Cast& cast) {
  const std::size_t prometheus = cast.service_account(
      "monitoring", "prometheus-k8s", "Prometheus/3.5.0", "10.244.3.17", "prometheus-k8s");
  const std::size_t pipeline =
      cast.service_account("ci", "deployer", "argocd-application-controller/v3.1.0", "10.244.5.9",
                           "argocd-application-controller");
  const std::size_t ingress = cast.service_account(
      "ingress", "nginx", "nginx-ingress-controller/v1.13.1", "10.244.2.4", "ingress-nginx");
  const std::size_t operators =
      cast.service_account("payments", "postgres-operator", "postgres-operator/v1.14.0",
                           "10.244.4.30", "postgres-operator");
  std::vector<Pattern>& p = traffic.patterns;
  p.push_back({.first_actor = prometheus,
               .weight = 400,
               .verb = "get",
               .resource = "/metrics",
               .mean_us = 25'000});
  p.push_back({.first_actor = prometheus,
               .weight = 40,
               .verb = "watch",
               .resource = "endpoints",
               .where = Where::Namespace,
               .query = kWatch,
               .mean_us = 480'000'000});
  p.push_back({.first_actor = pipeline,
               .weight = 300,
               .verb = "get",
               .group = "apps",
               .resource = "deployments",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 2500,
               .answer = BodyKind::Deployment});
  p.push_back({.first_actor = pipeline,
               .weight = 80,
               .verb = "patch",
               .group = "apps",
               .resource = "deployments",
               .where = Where::Namespace,
               .naming = Naming::App,
               .query = "?fieldManager=argocd-controller&force=true",
               .mean_us = 9000,
               .body = BodyKind::Deployment,
               .answer = BodyKind::Deployment,
               .conflicts = 15});
  p.push_back({.first_actor = pipeline,
               .weight = 60,
               .verb = "update",
               .resource = "configmaps",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 6000,
               .body = BodyKind::ConfigMap,
               .answer = BodyKind::ConfigMap,
               .conflicts = 15});
  p.push_back({.first_actor = pipeline,
               .weight = 100,
               .verb = "create",
               .group = "authorization.k8s.io",
               .resource = "selfsubjectaccessreviews",
               .where = Where::Cluster,
               .mean_us = 1500,
               .body = BodyKind::AccessReview,
               .answer = BodyKind::AccessReview});
  p.push_back({.first_actor = ingress,
               .weight = 200,
               .verb = "update",
               .group = "coordination.k8s.io",
               .resource = "leases",
               .where = Where::Namespace,
               .naming = Naming::Fixed,
               .ns = "ingress",
               .name = "ingress-nginx-leader",
               .mean_us = 3000,
               .body = BodyKind::Lease,
               .answer = BodyKind::Lease});
  p.push_back({.first_actor = operators,
               .weight = 250,
               .verb = "get",
               .resource = "configmaps",
               .where = Where::Namespace,
               .naming = Naming::Fixed,
               .ns = "payments",
               .name = "postgres-leader",
               .mean_us = 1500,
               .answer = BodyKind::ConfigMap});
  p.push_back({.first_actor = operators,
               .weight = 60,
               .verb = "list",
               .resource = "pods",
               .where = Where::Namespace,
               .ns = "payments",
               .query = "?labelSelector=application%3Dspilo&limit=500",
               .mean_us = 5000});
}

}  // namespace kaudit::cli
