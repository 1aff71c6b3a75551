#include "apiserver/authz/policy_rule.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::authz {
namespace {

constexpr std::string_view kAll = "*";

bool lists(const std::vector<std::string>& items, std::string_view wanted) noexcept {
  return std::any_of(items.begin(), items.end(),
                     [wanted](const std::string& item) { return item == wanted || item == kAll; });
}

// `resource/subresource` is compared in two pieces, so that nothing is put together for it.
bool is_combined(std::string_view item, std::string_view resource,
                 std::string_view subresource) noexcept {
  return item.size() == resource.size() + 1 + subresource.size() && item.starts_with(resource) &&
         item[resource.size()] == '/' && item.ends_with(subresource);
}

bool lists_resource(const std::vector<std::string>& items, std::string_view resource,
                    std::string_view subresource) noexcept {
  if (subresource.empty()) return lists(items, resource);
  return std::any_of(items.begin(), items.end(), [=](const std::string& item) {
    return item == kAll || is_combined(item, resource, subresource) ||
           is_combined(item, kAll, subresource);
  });
}

}  // namespace

bool covers_path(const std::string& rule_path, std::string_view path) noexcept {
  if (rule_path == path) return true;
  if (!rule_path.ends_with('*')) return false;
  // Kubernetes cuts off every star at the end, so that `/x**` is `/x*`.
  const std::size_t last = rule_path.find_last_not_of('*');
  return path.starts_with(std::string_view(rule_path).substr(0, last + 1));
}

bool allows(const PolicyRule& rule, const audit::Attributes& request) noexcept {
  if (!lists(rule.verbs, request.verb)) return false;
  if (!request.resource_request) {
    return std::any_of(
        rule.non_resource_urls.begin(), rule.non_resource_urls.end(),
        [&request](const std::string& path) { return covers_path(path, request.path); });
  }
  if (!lists(rule.api_groups, request.api_group) ||
      !lists_resource(rule.resources, request.resource, request.subresource)) {
    return false;
  }
  const auto& names = rule.resource_names;
  return names.empty() || std::find(names.begin(), names.end(), request.name) != names.end();
}

std::string aggregated(const std::vector<std::string>& errors) {
  if (errors.empty()) return "";
  std::set<std::string_view> seen;
  std::string out;
  for (const std::string& error : errors) {
    if (!seen.insert(error).second) continue;
    if (!out.empty()) out += ", ";
    out += error;
  }
  return seen.size() == 1 ? out : "[" + out + "]";
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ' ';
    append_quoted(out, item);
  }
  return out + ']';
}

}  // namespace kaudit::apiserver::authz
