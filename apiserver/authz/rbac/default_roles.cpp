#include "apiserver/authz/rbac/default_roles.hpp"

#include <string_view>
#include <utility>

namespace kaudit::apiserver::authz::rbac {
namespace {

using objects::Json;

constexpr std::string_view kTable =
#include "apiserver/authz/rbac/default_roles.inc"
    ;

// What the table leaves out, since it is the same in every row: the marks by which a real server
// knows its own roles and brings them up to date.
Json finished(const Json& row, std::string_view kind) {
  Json labels{Json::Object()};
  labels.set("kubernetes.io/bootstrapping", Json("rbac-defaults"));
  if (const Json* own = row.find("labels")) {
    for (const Json::Member& label : *own->object()) labels.set(label.name, label.value);
  }
  Json annotations{Json::Object()};
  annotations.set("rbac.authorization.kubernetes.io/autoupdate", Json("true"));
  Json metadata{Json::Object()};
  metadata.set("name", Json(row.text("name")));
  metadata.set("labels", std::move(labels));
  metadata.set("annotations", std::move(annotations));
  Json object{Json::Object()};
  object.set("kind", Json(kind));
  object.set("apiVersion", Json("rbac.authorization.k8s.io/v1"));
  object.set("metadata", std::move(metadata));
  for (const Json::Member& member : *row.object()) {
    if (member.name != "name" && member.name != "labels") object.set(member.name, member.value);
  }
  return object;
}

std::vector<Json> all_of(const Json& table, std::string_view list, std::string_view kind) {
  std::vector<Json> out;
  for (const Json& row : *table.find(list)->array()) out.push_back(finished(row, kind));
  return out;
}

}  // namespace

DefaultRoles default_roles() {
  const Json table = Json::parse(kTable).value();
  return {all_of(table, "clusterRoles", "ClusterRole"),
          all_of(table, "clusterRoleBindings", "ClusterRoleBinding")};
}

}  // namespace kaudit::apiserver::authz::rbac
