#include "apiserver/authz/rbac/coverage.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text/list.hpp"

namespace kaudit::apiserver::authz::rbac {
namespace {

using Texts = std::vector<std::string>;

// A role that one request may bring could ask for billions.
constexpr std::size_t kMaxPieces = 50'000;

bool has(const Texts& items, std::string_view item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool has_all(const Texts& items, const Texts& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&items](const std::string& item) { return has(items, item); });
}

bool covers_resource(const Texts& held, const std::string& wanted) {
  if (has(held, "*") || has(held, wanted)) return true;
  const std::size_t slash = wanted.find('/');
  return slash != std::string::npos && has(held, "*" + wanted.substr(slash));
}

bool covers_url(const Texts& held, const std::string& wanted) {
  return std::any_of(held.begin(), held.end(),
                     [&wanted](const std::string& path) { return covers_path(path, wanted); });
}

bool covers(const PolicyRule& held, const PolicyRule& wanted) {
  if (!has(held.verbs, "*") && !has_all(held.verbs, wanted.verbs)) return false;
  if (!has(held.api_groups, "*") && !has_all(held.api_groups, wanted.api_groups)) return false;
  const bool names =
      held.resource_names.empty() ||
      (!wanted.resource_names.empty() && has_all(held.resource_names, wanted.resource_names));
  if (!names) return false;
  const auto& resources = wanted.resources;
  const auto& urls = wanted.non_resource_urls;
  return std::all_of(
             resources.begin(), resources.end(),
             [&held](const std::string& item) { return covers_resource(held.resources, item); }) &&
         std::all_of(urls.begin(), urls.end(), [&held](const std::string& item) {
           return covers_url(held.non_resource_urls, item);
         });
}

bool any_covers(const std::vector<PolicyRule>& held, const PolicyRule& wanted) {
  return std::any_of(held.begin(), held.end(),
                     [&wanted](const PolicyRule& rule) { return covers(rule, wanted); });
}

/// Takes rules to pieces and keeps those that nobody holds.
class Pieces {
 public:
  explicit Pieces(const std::vector<PolicyRule>& held) : held_(held) {}

  /// False when there are too many.
  bool add(const PolicyRule& rule) {
    static const Texts kNoName{""};
    // One rule that covers it whole covers each piece.
    if (any_covers(held_, rule)) return true;
    const bool named = !rule.resource_names.empty();
    for (const std::string& group : rule.api_groups) {
      for (const std::string& resource : rule.resources) {
        for (const std::string& verb : rule.verbs) {
          for (const std::string& name : named ? rule.resource_names : kNoName) {
            PolicyRule piece{{verb}, {group}, {resource}, {}, {}};
            if (named) piece.resource_names.push_back(name);
            if (!judge(std::move(piece))) return false;
          }
        }
      }
    }
    for (const std::string& url : rule.non_resource_urls) {
      for (const std::string& verb : rule.verbs) {
        if (!judge({{verb}, {}, {}, {}, {url}})) return false;
      }
    }
    return true;
  }

  std::vector<PolicyRule> missing() && { return std::move(missing_); }

 private:
  bool judge(PolicyRule piece) {
    if (++count_ > kMaxPieces) return false;
    if (!any_covers(held_, piece)) missing_.push_back(std::move(piece));
    return true;
  }

  const std::vector<PolicyRule>& held_;
  std::vector<PolicyRule> missing_;
  std::size_t count_ = 0;
};

// Of one group and resource, and of at most one name: such rules may be put together.
bool is_simple(const PolicyRule& rule) {
  return rule.api_groups.size() == 1 && rule.resources.size() == 1 &&
         rule.resource_names.size() <= 1 && rule.non_resource_urls.empty();
}

void append_list(std::string& out, std::string_view label, const Texts& items) {
  if (items.empty()) return;
  if (out.size() > 1) out += ", ";
  out.append(label).append(":").append(quoted_list(items));
}

std::string described(const PolicyRule& rule) {
  std::string out = "{";
  append_list(out, "APIGroups", rule.api_groups);
  append_list(out, "Resources", rule.resources);
  append_list(out, "NonResourceURLs", rule.non_resource_urls);
  append_list(out, "ResourceNames", rule.resource_names);
  append_list(out, "Verbs", rule.verbs);
  return out + "}";
}

}  // namespace

Result<std::vector<PolicyRule>> missing_rules(const std::vector<PolicyRule>& held,
                                              const std::vector<PolicyRule>& wanted) {
  Pieces pieces(held);
  for (const PolicyRule& rule : wanted) {
    if (!pieces.add(rule)) {
      return fail("the rules name more than " + std::to_string(kMaxPieces) +
                  " combinations of group, resource, verb and name: grant fewer at once");
    }
  }
  return std::move(pieces).missing();
}

std::string described(const std::vector<PolicyRule>& rules) {
  std::set<std::string> lines;
  std::map<std::tuple<std::string, std::string, Texts>, PolicyRule> simple;
  for (const PolicyRule& rule : rules) {
    if (!is_simple(rule)) {
      lines.insert(described(rule));
      continue;
    }
    const auto [there, fresh] = simple.emplace(
        std::tuple(rule.api_groups.front(), rule.resources.front(), rule.resource_names), rule);
    if (fresh) continue;
    Texts& verbs = there->second.verbs;
    verbs.insert(verbs.end(), rule.verbs.begin(), rule.verbs.end());
  }
  for (const auto& [key, rule] : simple) lines.insert(described(rule));
  return joined(lines, "\n");
}

}  // namespace kaudit::apiserver::authz::rbac
