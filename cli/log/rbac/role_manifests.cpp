#include "cli/log/rbac/role_manifests.hpp"

#include <nlohmann/json.hpp>

#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit::cli {
namespace {

using Manifest = nlohmann::ordered_json;

constexpr const char* kRbacVersion = "rbac.authorization.k8s.io/v1";

/// A name for objects: what a user's name has that names must not have becomes `-`.
std::string object_name_of(const std::string& user) {
  std::string name = "kaudit:";
  for (const char c : user) {
    const bool plain = is_alphanumeric(c) || c == '-' || c == '.' || c == ':' || c == '_';
    name += plain ? c : '-';
  }
  return name;
}

Manifest rule_json(const AccessRule& rule) {
  Manifest json = Manifest::object();
  if (!rule.paths.empty()) {
    json["nonResourceURLs"] = rule.paths;
  } else {
    json["apiGroups"] = rule.groups;
    json["resources"] = rule.resources;
    if (!rule.names.empty()) json["resourceNames"] = rule.names;
  }
  json["verbs"] = rule.verbs;
  return json;
}

Manifest subject_json(const std::string& user) {
  constexpr std::string_view kAccount = "system:serviceaccount:";
  if (user.starts_with(kAccount)) {
    const auto parts = split(std::string_view(user).substr(kAccount.size()), ':');
    if (parts.size() == 2) {
      return {{"kind", "ServiceAccount"},
              {"name", std::string(parts[1])},
              {"namespace", std::string(parts[0])}};
    }
  }
  return {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", user}};
}

Manifest metadata_json(const std::string& name, const std::string& ns) {
  Manifest json = {{"name", name}};
  if (!ns.empty()) json["namespace"] = ns;
  return json;
}

/// YAML of one value, in the flow style of JSON where it is short. JSON is YAML.
void append_yaml(std::string& out, const Manifest& json, std::size_t indent) {
  for (const auto& [key, value] : json.items()) {
    out.append(indent, ' ');
    out += key + ":";
    if (value.is_object()) {
      out += '\n';
      append_yaml(out, value, indent + 2);
    } else if (value.is_array() && !value.empty() && value.front().is_object()) {
      out += '\n';
      for (const Manifest& item : value) {
        std::string inner;
        append_yaml(inner, item, indent + 2);
        inner.replace(indent, 2, "- ");
        out += inner;
      }
    } else {
      out += " " + value.dump(-1, ' ', false, Manifest::error_handler_t::replace) + "\n";
    }
  }
}

}  // namespace

std::vector<Manifest> role_manifests(const std::vector<AccessRole>& roles,
                                     const std::string& user) {
  const std::string name = object_name_of(user);
  std::vector<Manifest> objects;
  for (const AccessRole& role : roles) {
    const char* const kind = role.ns.empty() ? "ClusterRole" : "Role";
    Manifest rules = Manifest::array();
    for (const AccessRule& rule : role.rules) rules.push_back(rule_json(rule));
    objects.push_back({{"apiVersion", kRbacVersion},
                       {"kind", kind},
                       {"metadata", metadata_json(name, role.ns)},
                       {"rules", std::move(rules)}});
    objects.push_back(
        {{"apiVersion", kRbacVersion},
         {"kind", std::string(kind) + "Binding"},
         {"metadata", metadata_json(name, role.ns)},
         {"roleRef",
          Manifest{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", kind}, {"name", name}}},
         {"subjects", Manifest::array({subject_json(user)})}});
  }
  return objects;
}

std::string yaml_documents(const std::vector<Manifest>& objects) {
  std::string out;
  for (const Manifest& object : objects) {
    if (!out.empty()) out += "---\n";
    append_yaml(out, object, 0);
  }
  return out;
}

}  // namespace kaudit::cli
