#include "cli/log/rbac/needed_access.hpp"

#include <algorithm>
#include <utility>

#include "base/text/ascii.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

/// What system:discovery and system:public-info-viewer let everybody read.
bool is_discovery(const std::string& path) {
  const auto below = [&](std::string_view prefix) {
    return path == prefix || path.starts_with(std::string(prefix) + "/");
  };
  return below("/api") || below("/apis") || below("/openapi") || below("/version") ||
         path == "/healthz" || path == "/livez" || path == "/readyz" || path == "/";
}

bool has_group(EventView& event, Part who, std::string_view wanted) {
  for (audit::search::ElementWalk walk(event.part(who, "groups")); walk.next();) {
    if (text_of(walk.value()) == wanted) return true;
  }
  return false;
}

std::set<std::string> verbs_with(const std::string& verb) {
  if (verb == "get") return {"get"};
  if (verb == "list" || verb == "watch") return {"get", "list", "watch"};
  if (verb == "update" || verb == "patch") return {"get", "patch", "update"};
  return {verb};
}

/// A resource in a namespace (or none), under a name (or all).
struct Target {
  std::string ns, group, resource, name;
  friend auto operator<=>(const Target&, const Target&) = default;
};
using Grants = std::map<Target, std::set<std::string>>;

Grants grants_of(const std::set<AccessRequest>& requests) {
  Grants grants;
  for (const AccessRequest& request : requests) {
    if (request.resource.empty()) continue;
    auto& verbs = grants[{request.ns, request.group, request.resource, request.name}];
    verbs.merge(verbs_with(request.verb));
  }
  return grants;
}

/// Where the same was done under several keys, it becomes one for all of them.
template <typename Widen>
void widen(Grants& grants, const Widen& wider) {
  std::map<Target, std::vector<Target>> together;
  for (const auto& [target, verbs] : grants) together[wider(target)].push_back(target);
  for (const auto& [wide, narrow] : together) {
    if (narrow.size() < 2 && narrow.front() != wide) continue;
    std::set<std::string> seen, twice;
    for (const Target& one : narrow) {
      for (const std::string& verb : grants[one]) {
        if (!seen.insert(verb).second || one == wide) twice.insert(verb);
      }
    }
    if (twice.empty()) continue;
    for (const Target& one : narrow) {
      if (one == wide) continue;
      auto& verbs = grants[one];
      std::erase_if(verbs, [&](const std::string& verb) { return twice.contains(verb); });
      if (verbs.empty()) grants.erase(one);
    }
    grants[wide].merge(twice);
  }
}

/// What is granted for all names, or in all namespaces, is not granted for one as well.
void drop_covered(Grants& grants) {
  for (auto entry = grants.begin(); entry != grants.end();) {
    auto& [target, verbs] = *entry;
    for (const Target& wide : {Target{target.ns, target.group, target.resource, ""},
                               Target{"", target.group, target.resource, target.name},
                               Target{"", target.group, target.resource, ""}}) {
      const auto found = grants.find(wide);
      if (wide == target || found == grants.end()) continue;
      std::erase_if(verbs, [&](const std::string& verb) { return found->second.contains(verb); });
    }
    entry = verbs.empty() ? grants.erase(entry) : std::next(entry);
  }
}

/// Resources of one group with the same verbs and names are one rule.
void add_rule(AccessRole& role, const Target& target, const std::set<std::string>& verbs) {
  AccessRule rule;
  rule.groups = {target.group};
  rule.resources = {target.resource};
  if (!target.name.empty()) rule.names = {target.name};
  rule.verbs.assign(verbs.begin(), verbs.end());
  for (AccessRule& known : role.rules) {
    if (known.groups != rule.groups || known.verbs != rule.verbs || !known.paths.empty()) continue;
    if (known.names == rule.names) {
      if (std::ranges::find(known.resources, target.resource) == known.resources.end()) {
        known.resources.push_back(target.resource);
      }
      return;
    }
    if (known.resources == rule.resources && !rule.names.empty() && !known.names.empty()) {
      known.names.push_back(target.name);
      return;
    }
  }
  role.rules.push_back(std::move(rule));
}

}  // namespace

std::optional<AccessRequest> access_of(EventView& event) {
  AccessRequest request;
  request.verb = text_of(event.part(Part::Verb));
  if (request.verb.empty()) return std::nullopt;
  const std::string_view reference = event.part(Part::ObjectRef);
  const auto member = [&](std::string_view key) {
    return text_of(audit::search::member_of(reference, key));
  };
  request.resource = member("resource");
  if (request.resource.empty()) {
    const std::string uri = text_of(event.part(Part::RequestUri));
    request.path = uri.substr(0, uri.find('?'));
    if (request.path.empty()) return std::nullopt;
    const Part who =
        event.part(Part::ImpersonatedUser).empty() ? Part::User : Part::ImpersonatedUser;
    const bool everybody = has_group(event, who, "system:authenticated") ||
                           has_group(event, who, "system:unauthenticated");
    if (request.verb == "get" && everybody && is_discovery(request.path)) return std::nullopt;
    return request;
  }
  const std::string subresource = member("subresource");
  if (!subresource.empty()) request.resource += "/" + subresource;
  request.group = member("apiGroup");
  if (request.group.empty()) {  // v1alpha1 has `apps/v1beta1` in apiVersion
    const std::string version = member("apiVersion");
    const std::size_t slash = version.find('/');
    if (slash != std::string::npos) request.group = version.substr(0, slash);
  }
  request.ns = member("namespace");
  // A Namespace's own namespace is its name.
  if (member("resource") == "namespaces") request.ns.clear();
  request.name = member("name");
  const bool named_by_body = request.verb == "create" && subresource.empty();
  if (named_by_body || request.verb == "deletecollection") request.name.clear();
  return request;
}

std::vector<AccessRole> least_roles(const std::set<AccessRequest>& requests, RoleFit fit) {
  Grants grants = grants_of(requests);
  drop_covered(grants);
  if (fit == RoleFit::Wider) {
    widen(grants, [](const Target& target) {
      return Target{target.ns, target.group, target.resource, ""};
    });
    widen(grants, [](const Target& target) {
      return Target{"", target.group, target.resource, target.name};
    });
    drop_covered(grants);
  }
  std::map<std::string, AccessRole> roles;
  for (const auto& [target, verbs] : grants) {
    AccessRole& role = roles[target.ns];
    role.ns = target.ns;
    add_rule(role, target, verbs);
  }
  std::map<std::set<std::string>, std::vector<std::string>> paths;
  std::map<std::string, std::set<std::string>> verbs_of_path;
  for (const AccessRequest& request : requests) {
    if (request.resource.empty()) verbs_of_path[request.path].insert(request.verb);
  }
  for (const auto& [path, verbs] : verbs_of_path) paths[verbs].push_back(path);
  for (const auto& [verbs, same] : paths) {
    roles[""].rules.push_back({{}, {}, {}, same, {verbs.begin(), verbs.end()}});
  }
  std::vector<AccessRole> out;
  for (auto& [ns, role] : roles) out.push_back(std::move(role));
  return out;
}

}  // namespace kaudit::cli
