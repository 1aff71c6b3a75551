#include "policy/lint/known_names.hpp"

#include <algorithm>
#include <span>

#include "base/text/ascii.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::policy::lint {
namespace {

#include "policy/lint/names_table.inc"

/// What the server's table does not hold: alpha and beta APIs of built-in groups, and the
/// subresources that only some clusters have.
constexpr BuiltinResource kOther[] = {
    {"coordination.k8s.io", "leasecandidates", "LeaseCandidate", "leasecandidate", "", "",
     Scope::Namespaced},
    {"scheduling.k8s.io", "workloads", "Workload", "workload", "", "status", Scope::Namespaced},
    {"scheduling.k8s.io", "podgroups", "PodGroup", "podgroup", "", "status", Scope::Namespaced},
    {"resource.k8s.io", "resourcepoolstatusrequests", "ResourcePoolStatusRequest",
     "resourcepoolstatusrequest", "", "status", Scope::Cluster},
};

constexpr Retired kRetired[] = {
    {"extensions", "", "1.22", "apps, networking.k8s.io and policy"},
    {"settings.k8s.io", "", "1.20", ""},
    {"auditregistration.k8s.io", "", "1.19", ""},
    {"policy", "podsecuritypolicies", "1.25",
     "pod security admission, set by labels of namespaces"},
    {"resource.k8s.io", "resourceclasses", "1.31", "deviceclasses"},
    {"resource.k8s.io", "podschedulingcontexts", "1.32", ""},
    {"batch", "scheduledjobs", "1.8", "cronjobs"},
};

bool has_word(std::string_view words, std::string_view word) noexcept {
  while (!words.empty()) {
    const std::string_view first = words.substr(0, words.find(' '));
    if (first == word) return true;
    words.remove_prefix(std::min(words.size(), first.size() + 1));
  }
  return false;
}

template <typename Visit>
void each_builtin(Visit visit) {
  for (const BuiltinResource& builtin : kServed) visit(builtin);
  for (const BuiltinResource& builtin : kOther) visit(builtin);
}

}  // namespace

bool BuiltinResource::has_subresource(std::string_view name) const noexcept {
  return has_word(subresources, name);
}

bool BuiltinResource::is_called(std::string_view name) const noexcept {
  return equals_ignoring_case(name, kind) || equals_ignoring_case(name, singular) ||
         has_word(short_names, name);
}

std::string Retired::text() const {
  return "is gone since Kubernetes " + std::string(since) +
         (instead.empty() ? ", and nothing took its place"
                          : "; in its place: " + std::string(instead));
}

const BuiltinResource* find_builtin(std::string_view group, std::string_view resource) noexcept {
  const BuiltinResource* found = nullptr;
  each_builtin([&](const BuiltinResource& builtin) {
    if (found == nullptr && builtin.group == group && builtin.resource == resource) {
      found = &builtin;
    }
  });
  return found;
}

std::vector<const BuiltinResource*> builtins_named(std::string_view resource) {
  std::vector<const BuiltinResource*> found;
  each_builtin([&](const BuiltinResource& builtin) {
    if (builtin.resource == resource) found.push_back(&builtin);
  });
  return found;
}

std::vector<const BuiltinResource*> builtins_called(std::string_view name, std::string_view group) {
  std::vector<const BuiltinResource*> found;
  each_builtin([&](const BuiltinResource& builtin) {
    if (builtin.is_called(name)) found.push_back(&builtin);
  });
  std::stable_partition(found.begin(), found.end(),
                        [&](const auto* builtin) { return builtin->group == group; });
  return found;
}

std::vector<std::string_view> resources_of(std::string_view group) {
  std::vector<std::string_view> names;
  each_builtin([&](const BuiltinResource& builtin) {
    if (builtin.group == group) names.push_back(builtin.resource);
  });
  return names;
}

bool is_subresource_in(std::string_view group, std::string_view subresource) noexcept {
  bool found = false;
  each_builtin([&](const BuiltinResource& builtin) {
    found |= builtin.group == group && builtin.has_subresource(subresource);
  });
  return found;
}

bool is_builtin_group(std::string_view group) noexcept {
  return std::ranges::any_of(kServed, [&](const auto& builtin) { return builtin.group == group; });
}

std::vector<std::string_view> builtin_groups() {
  std::vector<std::string_view> groups;
  for (const BuiltinResource& builtin : kServed) {
    if (std::ranges::find(groups, builtin.group) == groups.end()) groups.push_back(builtin.group);
  }
  return groups;
}

const Retired* find_retired(std::string_view group, std::string_view resource) noexcept {
  for (const Retired& retired : kRetired) {
    if (retired.group == group && retired.resource == resource) return &retired;
  }
  return nullptr;
}

}  // namespace kaudit::policy::lint
