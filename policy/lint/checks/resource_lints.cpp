#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text/spelling.hpp"
#include "policy/lint/checks/passes.hpp"
#include "policy/lint/known_names.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

bool has_capital(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Texts that value lints have judged already.
bool is_stray(std::string_view text) noexcept {
  return text.empty() || text.find_first_of(" \t,'\"") != text.npos ||
         std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string group_text(std::string_view group) {
  return group.empty() ? "the core group" : code(group);
}
std::string group_value(std::string_view group) {
  return group.empty() ? "`group: \"\"`" : "`group: " + std::string(group) + "`";
}

/// Names that are neither kinds nor singulars, but are written for a resource often enough.
struct Habit {
  std::string_view resource;
  std::string_view group;
  std::string_view meant;
};
constexpr std::array kHabits{
    Habit{"tokenrequests", "", "serviceaccounts/token"},
    Habit{"tokenrequest", "", "serviceaccounts/token"},
    Habit{"evictions", "", "pods/eviction"},
    Habit{"container", "", "pods"},
    Habit{"containers", "", "pods"},
    Habit{"replicacontrollers", "", "replicationcontrollers"},
    Habit{"exec", "", "pods/exec"},
    Habit{"portforward", "", "pods/portforward"},
};

class ResourceLints {
 public:
  ResourceLints(const Policy& policy, Findings& findings) : policy_(policy), findings_(findings) {}

  void run() {
    for (rule_ = 0; rule_ < policy_.rules.size(); ++rule_) {
      const Rule& rule = policy_.rules[rule_];
      for (std::size_t i = 0; i < rule.resources.size(); ++i) {
        entry_path_ = item_path(rule_path(rule_, "resources"), i);
        judge_entry(rule, rule.resources[i]);
      }
    }
    report_retired_groups();
  }

 private:
  /// Lists of all groups occur in several rules: one finding for each group.
  void report_retired_groups() {
    for (const auto& [retired, places] : retired_groups_) {
      std::vector<std::size_t> rules;
      for (const auto& [rule, path] : places) rules.push_back(rule);
      rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
      findings_.add(Code::RetiredApi, places.front().second,
                    "the group " + code(retired->group) + ", which " + rule_numbers(rules) +
                        (rules.size() == 1 ? " names, " : " name, ") + retired->text(),
                    retired->instead.empty()
                        ? "remove the entry"
                        : "remove the entry, and see that what took its place is listed");
    }
  }

  void judge_entry(const Rule& rule, const GroupResources& entry) {
    if (!judge_group(entry)) return;
    for (std::size_t i = 0; i < entry.resources.size(); ++i) {
      path_ = item_path(entry_path_ + ".resources", i);
      judge_resource(rule, entry, entry.resources[i]);
    }
    judge_names(rule, entry);
  }

  /// False when nothing more can be said of the entry.
  bool judge_group(const GroupResources& entry) {
    const std::string& group = entry.group;
    const std::string path = entry_path_ + ".group";
    if (group == "*") {
      findings_.add(
          Code::GroupWildcard, path,
          "servers before Kubernetes PR #135262 (2025) take `group: \"*\"` for a group of "
          "that name: there " +
              rule_name(policy_, rule_) + " matches nothing by it",
          "on such servers name each group, or leave `resources` out to match all");
      return true;
    }
    if (const Retired* retired = find_retired(group, "")) {
      retired_groups_[retired].emplace_back(rule_, path);
      return false;
    }
    if (is_builtin_group(group)) return true;
    return judge_unknown_group(group, path);
  }

  bool judge_unknown_group(const std::string& group, const std::string& path) {
    const bool is_core = group == "core" || group == "v1" || group == "api";
    const std::vector<std::string_view> known = builtin_groups();
    std::string_view near = nearest(group, known);
    if (group == "metrics") near = "metrics.k8s.io";
    const bool has_dot = group.find('.') != group.npos;
    // A group with a dot may be anybody's; it is a slip only when it claims to be Kubernetes' own
    // and nearly is one of them.
    const bool is_slip =
        group.ends_with(".k8s.io") && !near.empty() && edit_distance(group, near) <= 2;
    if (has_dot && !is_slip) return true;
    std::string why = is_core ? "the core group is named by the empty text"
                              : "Kubernetes has no such group, and those of others hold a dot";
    if (has_dot) why = "it is nearly " + code(near) + ", but no group of Kubernetes";
    Finding& finding =
        findings_.add(Code::NoSuchGroup, path,
                      "the group " + code(group) + " does not exist (" + why +
                          "): " + rule_name(policy_, rule_) + " matches nothing by this entry",
                      is_core        ? "write `group: \"\"`"
                      : near.empty() ? "write the group as `kubectl api-resources` shows it"
                                     : "write " + group_value(near));
    if (is_core || !near.empty()) {
      findings_.offer_value(finding, finding.position, group, is_core ? "" : std::string(near));
    }
    return false;
  }

  void judge_resource(const Rule& rule, const GroupResources& entry, const std::string& pattern) {
    if (pattern == "*" || is_stray(pattern)) return;
    const std::size_t slash = pattern.find('/');
    const std::string resource = pattern.substr(0, slash);
    const std::string subresource = slash == pattern.npos ? "" : pattern.substr(slash + 1);
    if (slash != pattern.npos &&
        (resource.empty() || subresource.empty() || subresource.find('/') != subresource.npos)) {
      return add(Code::UnknownResource, pattern, "is neither RESOURCE nor RESOURCE/SUBRESOURCE",
                 "write it as `pods` or `pods/log`");
    }
    if (judge_wildcards(pattern, resource, subresource)) return;
    if (resource == "*") return judge_subresource(entry, pattern, subresource);
    const BuiltinResource* builtin = find_builtin(entry.group, resource);
    if (builtin == nullptr) return judge_unknown(entry, pattern, resource, subresource);
    if (!subresource.empty() && subresource != "*" && !builtin->has_subresource(subresource)) {
      return unknown_subresource(*builtin, pattern);
    }
    judge_scope(rule, *builtin, pattern);
  }

  /// True when the pattern holds a * that is not read as one.
  bool judge_wildcards(const std::string& pattern, const std::string& resource,
                       const std::string& subresource) {
    const bool in_resource = resource.find('*') != resource.npos;
    const bool in_subresource = subresource.find('*') != subresource.npos;
    if (!in_resource && !in_subresource) return false;
    const bool both = resource == "*" && subresource == "*";
    if (!both && (!in_resource || resource == "*") && (!in_subresource || subresource == "*")) {
      return false;
    }
    add(Code::DeadWildcard, pattern,
        "is not a wildcard: `*` stands for all resources, `pods/*` for pods and its subresources, "
        "`*/status` for one subresource of all",
        both ? "write `\"*\"`" : "name the resources, or leave the list out to match all");
    return true;
  }

  void judge_subresource(const GroupResources& entry, const std::string& pattern,
                         const std::string& subresource) {
    if (!is_builtin_group(entry.group) || is_subresource_in(entry.group, subresource)) return;
    add(Code::UnknownResource, pattern,
        "names a subresource that no resource of " + group_text(entry.group) + " has",
        "remove it, or name the group that has it");
  }

  void unknown_subresource(const BuiltinResource& builtin, const std::string& pattern) {
    const std::string all(builtin.subresources);
    add(Code::UnknownResource, pattern,
        "does not exist: " + std::string(builtin.resource) +
            (all.empty() ? " has no subresources" : " has the subresources " + all),
        all.empty() ? "write " + code(builtin.resource) : "write one of these");
  }

  void judge_unknown(const GroupResources& entry, const std::string& pattern,
                     const std::string& resource, const std::string& subresource) {
    const std::string tail = subresource.empty() ? "" : "/" + subresource;
    if (const Retired* retired = find_retired(entry.group, resource)) {
      return add(Code::RetiredApi, pattern, retired->text(), "remove it");
    }
    const bool is_known_group = is_builtin_group(entry.group);
    if (is_known_group && judge_habit(pattern, resource)) return;
    if (is_known_group) {
      if (const auto others = builtins_named(resource); !others.empty()) {
        return wrong_group(pattern, resource, entry.group, *others.front());
      }
    }
    const bool may_be_custom = !is_known_group && !has_capital(resource);
    if (const auto called = builtins_called(resource, entry.group);
        !called.empty() && !may_be_custom) {
      const BuiltinResource& meant = *called.front();
      return add(Code::KindForResource, pattern,
                 "is not a resource: rules name the plural in small letters, as in URLs",
                 "write `" + std::string(meant.resource) + tail + "`" +
                     (meant.group == entry.group || entry.group == "*"
                          ? ""
                          : " under " + group_value(meant.group)));
    }
    if (has_capital(resource)) {
      return add(
          Code::KindForResource, pattern,
          "holds capitals: resources are written in small letters, in the plural, as in URLs",
          "write it as `kubectl api-resources` shows it in its first column");
    }
    if (!is_known_group) return;
    const std::vector<std::string_view> known = resources_of(entry.group);
    const std::string_view near = nearest(resource, known);
    add(Code::UnknownResource, pattern,
        "is not a resource of " + group_text(entry.group) + " in any Kubernetes that we know",
        near.empty() ? "remove it, or name the group it belongs to"
                     : "write `" + std::string(near) + tail + "`");
  }

  bool judge_habit(const std::string& pattern, const std::string& resource) {
    const auto habit = std::ranges::find(kHabits, resource, &Habit::resource);
    if (habit == kHabits.end()) return false;
    add(Code::KindForResource, pattern, "is not a resource",
        "write `" + std::string(habit->meant) + "` under " + group_value(habit->group));
    return true;
  }

  void wrong_group(const std::string& pattern, const std::string& resource, std::string_view group,
                   const BuiltinResource& other) {
    add(Code::WrongGroup, pattern,
        "is not in " + group_text(group) + ": " + resource + " belong to " +
            group_text(other.group),
        "give it an entry of its own with " + group_value(other.group));
  }

  void judge_scope(const Rule& rule, const BuiltinResource& builtin, const std::string& pattern) {
    // A namespace's own requests carry its name as their namespace.
    if (builtin.scope == Scope::Namespaced || builtin.resource == "namespaces") return;
    if (rule.namespaces.empty() ||
        std::ranges::find(rule.namespaces, "") != rule.namespaces.end()) {
      return;
    }
    add(Code::NamespaceOfClusterScoped, pattern,
        "lives in no namespace, but the rule asks for " +
            std::string(rule.namespaces.size() == 1 ? "one" : "some"),
        "give it a rule without `namespaces`");
  }

  void judge_names(const Rule& rule, const GroupResources& entry) {
    for (std::size_t i = 0; i < entry.resource_names.size(); ++i) {
      if (entry.resource_names[i].find('*') == std::string::npos) continue;
      path_ = item_path(entry_path_ + ".resourceNames", i);
      add(Code::DeadWildcard, entry.resource_names[i],
          "is not a wildcard: names are compared whole",
          "list the names, or leave `resourceNames` out");
    }
    if (entry.resource_names.empty() || entry.resources.empty()) return;
    if (std::ranges::find(entry.resource_names, "") != entry.resource_names.end()) return;
    // The name of a subresource's request is that of the object it belongs to.
    const bool any_plain = std::ranges::any_of(
        entry.resources, [](const std::string& text) { return text.find('/') == text.npos; });
    if (!any_plain) return;
    for (std::size_t i = 0; i < rule.verbs.size(); ++i) {
      const std::string& verb = rule.verbs[i];
      if (verb != "create" && verb != "deletecollection") continue;
      findings_.add(
          Code::NamelessVerb, item_path(rule_path(rule_, "verbs"), i),
          code(verb) +
              " requests carry no name when the rule is chosen, so `resourceNames` keeps " +
              rule_name(policy_, rule_) + " from matching them",
          "give " + code(verb) + " a rule without `resourceNames`, or remove the verb here");
    }
  }

  void add(Code lint, const std::string& value, const std::string& what, std::string fix) {
    Finding& finding = findings_.add(
        lint, path_,
        code(value) + " " + what + "; " + rule_name(policy_, rule_) + " matches nothing by it",
        std::move(fix));
    const std::string word(replacement_in(finding.fix));
    if (!word.empty()) findings_.offer_value(finding, finding.position, value, word);
  }

  const Policy& policy_;
  Findings& findings_;
  std::map<const Retired*, std::vector<std::pair<std::size_t, std::string>>> retired_groups_;
  std::size_t rule_ = 0;
  std::string entry_path_;
  std::string path_;
};

}  // namespace

void find_dead_resources(const Policy& policy, Findings& findings) {
  ResourceLints(policy, findings).run();
}

}  // namespace kaudit::policy::lint
