#include "policy/decode.hpp"

#include <string_view>

namespace kaudit::policy {
namespace {

using yaml::Node;

// Each overload decodes into what is there already. Null empties a list and leaves a text or object
// alone.

void decode(const Node& node, std::string& out) {
  if (const std::string* text = node.string()) out = *text;
}

void decode(const Node& node, bool& out) {
  if (const bool* value = node.boolean()) out = *value;
}

void decode(const Node& node, std::optional<bool>& out) {
  out = node.is_null() ? std::nullopt : std::optional<bool>(*node.boolean());
}

void decode(const Node& node, GroupResources& out);
void decode(const Node& node, Rule& out);

template <typename T>
void decode(const Node& node, std::vector<T>& out) {
  if (node.is_null()) return out.clear();
  const yaml::Items& items = *node.sequence();
  out.resize(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) decode(*items[i], out[i]);
}

void decode(const Node& node, GroupResources& out) {
  if (node.is_null()) return;
  for (const auto& [key, position, value] : *node.mapping()) {
    if (key == "group") decode(*value, out.group);
    if (key == "resources") decode(*value, out.resources);
    if (key == "resourceNames") decode(*value, out.resource_names);
  }
}

void decode(const Node& node, Rule& out) {
  out.position = node.position;
  if (node.is_null()) return;
  for (const auto& [key, position, value] : *node.mapping()) {
    if (key == "level") decode(*value, out.level);
    if (key == "users") decode(*value, out.users);
    if (key == "userGroups") decode(*value, out.user_groups);
    if (key == "verbs") decode(*value, out.verbs);
    if (key == "resources") decode(*value, out.resources);
    if (key == "namespaces") decode(*value, out.namespaces);
    if (key == "nonResourceURLs") decode(*value, out.non_resource_urls);
    if (key == "omitStages") decode(*value, out.omit_stages);
    if (key == "omitManagedFields") decode(*value, out.omit_managed_fields);
  }
}

}  // namespace

Policy decode_policy(const yaml::Document& document) {
  Policy policy;
  if (document.root->is_null()) return policy;
  for (const auto& [key, position, value] : *document.root->mapping()) {
    if (key == "rules") decode(*value, policy.rules);
    if (key == "omitStages") decode(*value, policy.omit_stages);
    if (key == "omitManagedFields") decode(*value, policy.omit_managed_fields);
  }
  return policy;
}

}  // namespace kaudit::policy
