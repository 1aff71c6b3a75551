#include "policy/lint/rule_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json/json_text.hpp"

namespace kaudit::policy::lint {
namespace {

std::string flow_list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "[" : ", ") + flow_scalar(item);
  return out + "]";
}

void append_list(std::string& out, const char* field, const std::vector<std::string>& items) {
  if (!items.empty()) out += std::string("\n  ") + field + ": " + flow_list(items);
}

std::string entry_text(const GroupResources& entry) {
  std::string out = "{group: " + flow_scalar(entry.group);
  if (!entry.resources.empty()) out += ", resources: " + flow_list(entry.resources);
  if (!entry.resource_names.empty()) out += ", resourceNames: " + flow_list(entry.resource_names);
  return out + "}";
}

template <typename List, typename Value>
bool contains(const List& list, const Value& value) {
  return std::ranges::find(list, value) != list.end();
}

void add_observed(std::vector<GroupResources>& entries, const audit::Attributes& request) {
  const std::string group(request.api_group);
  const std::string resource(request.resource);
  auto entry = std::ranges::find(entries, group, &GroupResources::group);
  if (entry == entries.end()) entry = entries.insert(entries.end(), {group, {}, {}});
  std::string name = resource;
  if (!request.subresource.empty()) name += "/" + std::string(request.subresource);
  const auto& known = entry->resources;
  if (contains(known, name) || contains(known, resource + "/*") || contains(known, "*")) return;
  entry->resources.push_back(std::move(name));
}

/// What both ask for; a list that is empty asks for all.
std::vector<std::string> common(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  std::vector<std::string> both;
  std::ranges::copy_if(a, std::back_inserter(both),
                       [&](const std::string& value) { return contains(b, value); });
  return both;
}

}  // namespace

std::string flow_scalar(const std::string& text) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-";
  constexpr std::array<std::string_view, 10> kWords{"y",   "n",  "yes",  "no",    "on",
                                                    "off", "on", "true", "false", "null"};
  const bool is_letter =
      !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  std::string small = text;
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
  if (is_letter && text.find_first_not_of(kSafe) == text.npos && !contains(kWords, small)) {
    return text;
  }
  std::string quoted;
  append_json_string(quoted, text);
  return quoted;
}

std::string yaml_of(const Rule& rule) {
  std::string out = "- level: " + rule.level;
  append_list(out, "users", rule.users);
  append_list(out, "userGroups", rule.user_groups);
  append_list(out, "verbs", rule.verbs);
  append_list(out, "namespaces", rule.namespaces);
  append_list(out, "nonResourceURLs", rule.non_resource_urls);
  if (rule.resources.empty()) return out;
  std::string entries;
  for (const GroupResources& entry : rule.resources) {
    entries += (entries.empty() ? "" : ", ") + entry_text(entry);
  }
  return out + "\n  resources: [" + entries + "]";
}

Rule carve_out(const Policy& policy, int taker, Rule wanted,
               const std::vector<Observation>& observations) {
  if (taker != audit::Decision::kNoRule) {
    const Rule& rule = policy.rules.at(static_cast<std::size_t>(taker));
    if (wanted.users.empty()) wanted.users = rule.users;
    if (wanted.user_groups.empty()) wanted.user_groups = rule.user_groups;
    wanted.verbs = common(wanted.verbs, rule.verbs);
    wanted.namespaces = rule.namespaces;
    if (!rule.resources.empty()) wanted.resources.clear();
  }
  for (const Observation& observation : observations) {
    if (observation.probe->attributes.resource_request) {
      add_observed(wanted.resources, observation.probe->attributes);
    }
  }
  return wanted;
}

}  // namespace kaudit::policy::lint
