#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/spelling.hpp"
#include "policy/lint/checks/passes.hpp"
#include "policy/lint/fixes/wildcard_fix.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::array<std::string_view, 9> kResourceVerbs{
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy"};
constexpr std::array<std::string_view, 9> kPathVerbs{
    "get", "head", "post", "put", "patch", "delete", "options", "trace", "connect"};

/// What people write for a verb, and what to write.
struct ValueHabit {
  std::string_view verb;
  std::string_view fix;
};
constexpr std::array kVerbHabits{
    ValueHabit{"post", "write `create`"},
    ValueHabit{"put", "write `update`"},
    ValueHabit{"head", "write `get`"},
    ValueHabit{"read", "write `get`, `list` and `watch`"},
    ValueHabit{"write", "write `create`, `update`, `patch` and `delete`"},
    ValueHabit{"edit", "write `update` and `patch`"},
    ValueHabit{"modify", "write `update` and `patch`"},
    ValueHabit{"replace", "write `update`"},
    ValueHabit{"apply", "write `create` and `patch`"},
    ValueHabit{"remove", "write `delete`"},
    ValueHabit{"exec", "name the resource `pods/exec` instead, with `get` and `create`"},
    ValueHabit{"connect", "name the resource `pods/exec` instead, with `get` and `create`"},
    ValueHabit{"impersonate",
               "remove it: an impersonated request has the verb of what it does, and its "
               "event names both users"},
    ValueHabit{"bind", "name the bindings instead, with `create`"},
    ValueHabit{"escalate", "name the roles instead, with `update` and `patch`"},
    ValueHabit{"approve", "name `certificatesigningrequests/approval` instead, with `update`"},
    ValueHabit{"use", "remove it: it is a right, not a request"},
};

constexpr std::array<std::string_view, 7> kKnownGroups{
    "system:masters",         "system:nodes",           "system:authenticated",
    "system:unauthenticated", "system:serviceaccounts", "system:bootstrappers",
    "kubeadm:cluster-admins"};
constexpr std::array<std::string_view, 5> kKnownUsers{
    "system:anonymous", "system:apiserver", "system:kube-scheduler",
    "system:kube-controller-manager", "system:kube-proxy"};

constexpr std::string_view kAccount = "system:serviceaccount:";
constexpr std::string_view kAccounts = "system:serviceaccounts:";
constexpr std::string_view kNode = "system:node:";
constexpr std::string_view kController = "system:controller:";

template <typename Texts>
bool contains(const Texts& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

/// Typographic quotes, a no-break space, or something that is not seen at all.
bool has_typographic(std::string_view text) noexcept {
  for (const std::string_view mark : {"\u201C", "\u201D", "\u2018", "\u2019", "\u00AB", "\u00BB",
                                      "\u00A0", "\u200B", "\uFEFF", "\u2013", "\u2014"}) {
    if (text.find(mark) != text.npos) return true;
  }
  return false;
}

bool has_quotes(std::string_view text) noexcept { return text.find_first_of("\"'") != text.npos; }

/// From end to end, in quotes of any kind: they are part of the text, where none were meant.
bool is_in_quotes(std::string_view text) noexcept {
  const bool plain =
      text.size() > 1 && text.front() == text.back() && has_quotes(text.substr(0, 1));
  return plain || text.starts_with("\u201C") || text.starts_with("\u2018");
}

enum class List { Users, UserGroups, Verbs, Namespaces, Urls, Resources, ResourceNames };

class ValueLints {
 public:
  ValueLints(const Policy& policy, Findings& findings) : policy_(policy), findings_(findings) {}

  void run() {
    for (rule_ = 0; rule_ < policy_.rules.size(); ++rule_) {
      const Rule& rule = policy_.rules[rule_];
      judge_each(rule.users, "users", List::Users);
      judge_each(rule.user_groups, "userGroups", List::UserGroups);
      judge_each(rule.verbs, "verbs", List::Verbs);
      judge_each(rule.namespaces, "namespaces", List::Namespaces);
      judge_each(rule.non_resource_urls, "nonResourceURLs", List::Urls);
      for (std::size_t i = 0; i < rule.resources.size(); ++i) {
        const std::string entry = item_path("resources", i);
        judge_each(rule.resources[i].resources, entry + ".resources", List::Resources);
        judge_each(rule.resources[i].resource_names, entry + ".resourceNames", List::ResourceNames);
      }
    }
    report_dead_users();
  }

 private:
  void judge_each(const std::vector<std::string>& values, const std::string& field, List list) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      path_ = item_path(rule_path(rule_, field), i);
      if (!judge_characters(values[i], list)) judge(values[i], list);
    }
  }

  void judge(const std::string& value, List list) {
    switch (list) {
      case List::Users:
        return judge_user(value);
      case List::UserGroups:
        return judge_group(value);
      case List::Verbs:
        return judge_verb(value);
      case List::Namespaces:
        if (value.find('*') != value.npos) {
          dead_wildcard(value, "namespaces are compared whole",
                        value == "*"
                            ? "leave `namespaces` out to match all; what lives in no namespace "
                              "matches then too"
                            : "list the namespaces");
        }
        return;
      case List::Urls:
        return judge_url(value);
      case List::Resources:
      case List::ResourceNames:
        return;
    }
  }

  /// True when the value cannot be meant as it is.
  bool judge_characters(const std::string& value, List list) {
    const char* what = nullptr;
    std::string fix = "write it without";
    // Names of people hold all kinds of characters.
    const bool is_identity = list == List::Users || list == List::UserGroups;
    const bool empty_is_fine = list == List::Namespaces || list == List::ResourceNames;
    if (value.empty()) {
      if (empty_is_fine) return false;
      what = "is empty";
      fix = "remove it: leave the whole list out to match all";
    } else if (is_identity ? is_in_quotes(value) : has_quotes(value)) {
      what = "holds quotes";
    } else if (!is_identity && has_typographic(value)) {
      what = "holds typographic quotes, dashes or blanks, copied from a page perhaps";
      fix = "type it again, with plain quotes";
    } else if (!is_identity && list != List::Urls && value.find(',') != value.npos) {
      what = "holds a comma: it is one text, not a list";
      fix = "write one item for each";
    } else if (!is_identity && value.find_first_of(" \t\n") != value.npos) {
      what = "holds blanks";
    } else if (value.front() == ' ' || value.back() == ' ') {
      what = "begins or ends with a blank";
    }
    if (what == nullptr) return false;
    findings_.add(
        Code::StrayCharacters, path_,
        code(value) + " " + what + ": no request has it, and " + name() + " matches nothing by it",
        std::move(fix));
    return true;
  }

  void judge_user(const std::string& user) {
    if (user.find('*') != user.npos) {
      return dead_wildcard(user, "users are compared whole", fix_of_user_wildcard(user));
    }
    if (contains(kKnownGroups, user) || user.starts_with(kAccounts)) {
      return add(Code::WrongIdentityList, user, "is a group, not a user",
                 "move it to `userGroups` (in a rule that has `users` too, make that two rules)");
    }
    if (user.starts_with(kAccount) && std::ranges::count(user.substr(kAccount.size()), ':') != 1) {
      return add(Code::WrongIdentityList, user, "is not a service account's user name",
                 "write `system:serviceaccount:NAMESPACE:NAME`; for all of a namespace write "
                 "`userGroups: [\"system:serviceaccounts:NAMESPACE\"]`");
    }
    judge_dead_user(user);
  }

  void judge_dead_user(const std::string& user) {
    const bool known =
        user == "system:unsecured" || user == "kubelet" || user.starts_with(kController);
    if (known) dead_users_[user].emplace_back(rule_, path_);
  }

  /// Copied from rule to rule: one finding for each user.
  void report_dead_users() {
    for (const auto& [user, places] : dead_users_) {
      std::vector<std::size_t> rules;
      for (const auto& [rule, path] : places) rules.push_back(rule);
      std::string what = "is the name of a role, not of a user";
      std::string fix = "write `system:serviceaccount:kube-system:" +
                        user.substr(std::min(user.size(), kController.size())) + "`";
      if (user == "system:unsecured") {
        what = "was the user of the insecure port, which is gone since Kubernetes 1.20";
        fix = "remove it";
      } else if (user == "kubelet") {
        what = "is what kubelets were called before 2017: they are `system:node:NAME` today";
        fix = "remove it, or write `userGroups: [\"system:nodes\"]`";
      }
      findings_.add(Code::DeadIdentity, places.front().second,
                    code(user) + " " + what + "; " + rule_numbers(rules) +
                        (rules.size() == 1 ? " matches" : " match") + " nothing by it",
                    std::move(fix));
    }
  }

  void judge_group(const std::string& group) {
    if (group.find('*') != group.npos) {
      std::string fix = "list the groups";
      if (group == std::string(kAccounts) + "*") {
        fix = "write `system:serviceaccounts`";
      } else if (group.starts_with(kAccounts)) {
        fix =
            "write one entry for each namespace; `system:serviceaccounts` is wider: it holds "
            "every service account";
      }
      if (group == "*") {
        fix =
            "leave `userGroups` out to match all; failed logins, which have no group, match "
            "then too";
      }
      return dead_wildcard(group, "groups are compared whole", std::move(fix));
    }
    const bool is_user =
        contains(kKnownUsers, group) || group.starts_with(kAccount) || group.starts_with(kNode);
    if (!is_user) return;
    add(Code::WrongIdentityList, group, "is a user, not a group",
        "move it to `users` (in a rule that has `userGroups` too, make that two rules)");
  }

  void judge_verb(const std::string& verb) {
    if (verb == "*") {
      return dead_wildcard(verb, "verbs are compared whole", "leave `verbs` out to match all");
    }
    const Rule& rule = policy_.rules[rule_];
    const bool about_objects = !rule.resources.empty() || !rule.namespaces.empty();
    const bool about_paths = !about_objects && !rule.non_resource_urls.empty();
    const bool fits_object = contains(kResourceVerbs, verb);
    const bool fits_path = contains(kPathVerbs, verb);
    if ((fits_object && !about_paths) || (fits_path && !about_objects)) return;
    std::string fix;
    if (const auto habit = std::ranges::find_if(
            kVerbHabits, [&](const ValueHabit& h) { return equals_ignoring_case(h.verb, verb); });
        habit != kVerbHabits.end()) {
      fix = habit->fix;
    } else if (const std::string_view near = nearest(verb, kResourceVerbs); !near.empty()) {
      fix = "write " + code(near);
    } else {
      fix = "write get, list, watch, create, update, patch, delete or deletecollection";
    }
    if (about_paths) fix = "write the HTTP method in small letters: get, post, put, patch, delete";
    add(Code::UnknownVerb, verb,
        about_paths ? "is not a verb of a request for a path" : "is not a verb of any request",
        std::move(fix));
  }

  void judge_url(const std::string& url) {
    if (url.find('?') != url.npos) {
      return add(Code::DeadUrl, url, "holds a query, which is not part of the path",
                 "end it before the `?`");
    }
    std::size_t segments = 0;
    std::string_view rest = url;
    while (!rest.empty()) {
      const std::size_t slash = rest.find('/');
      const std::string_view segment = rest.substr(0, slash);
      if (!segment.empty() && segment != "*") ++segments;
      rest.remove_prefix(slash == rest.npos ? rest.size() : slash + 1);
    }
    const bool of_core = url.starts_with("/api/") && segments > 2;
    const bool of_group = url.starts_with("/apis/") && segments > 3;
    if (!of_core && !of_group) return;
    add(Code::DeadUrl, url, "is the path of a resource, which rules for paths never see",
        "say it with `resources`");
  }

  void dead_wildcard(const std::string& value, const std::string& why, std::string fix) {
    add(Code::DeadWildcard, value, "is not a wildcard (" + why + ")", std::move(fix));
  }

  void add(Code lint, const std::string& value, const std::string& what, std::string fix) {
    Finding& finding = findings_.add(
        lint, path_, code(value) + " " + what + "; " + name() + " matches nothing by it",
        std::move(fix));
    const std::string word(replacement_in(finding.fix));
    if (!word.empty()) findings_.offer_value(finding, finding.position, value, word);
  }
  std::string name() const { return rule_name(policy_, rule_); }

  const Policy& policy_;
  Findings& findings_;
  std::map<std::string, std::vector<std::pair<std::size_t, std::string>>> dead_users_;
  std::size_t rule_ = 0;
  std::string path_;
};

}  // namespace

void find_dead_values(const Policy& policy, Findings& findings) {
  ValueLints(policy, findings).run();
}

}  // namespace kaudit::policy::lint
