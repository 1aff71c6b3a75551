#include "policy/lint/checks/reach.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "policy/matching/matcher.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::size_t kMaxCombinations = 100'000;
/// For a whole policy: about a second.
constexpr std::size_t kMaxQuestions = 5'000'000;

/// A text that no text of the policy contains.
std::string made_up_text(const Policy& policy) {
  std::string all;
  const auto collect = [&all](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) all += text + '\n';
  };
  for (const Rule& rule : policy.rules) {
    collect(rule.users);
    collect(rule.user_groups);
    collect(rule.verbs);
    collect(rule.namespaces);
    collect(rule.non_resource_urls);
    for (const GroupResources& entry : rule.resources) {
      all += entry.group + '\n';
      collect(entry.resources);
      collect(entry.resource_names);
    }
  }
  // A hash, so that no policy can be made to hold all of the first million candidates.
  for (std::size_t i = std::hash<std::string>{}(all);; ++i) {
    std::string text = "made-up-" + std::to_string(i) + "-name";
    if (all.find(text) == std::string::npos) return text;
  }
}

/// What a request is about: an object or a path.
struct Target {
  bool resource_request = false;
  std::string group, resource, subresource, name, path;
};

/// Asks about the combinations of one rule.
class Witnesses {
 public:
  Witnesses(const Policy& policy, const audit::Evaluator& evaluator, const std::string& made_up)
      : policy_(policy), evaluator_(evaluator), made_up_(made_up) {}

  /// The earlier rules that take all of them; nothing when the rule decides one itself, or there
  /// are too many.
  std::optional<std::set<int>> takers(std::size_t number) {
    const Rule& rule = policy_.rules[number];
    const std::vector<Target> targets = targets_of(rule);
    const std::size_t users = std::max<std::size_t>(1, rule.users.size());
    const std::size_t groups = std::max<std::size_t>(1, rule.user_groups.size());
    const std::size_t verbs = std::max<std::size_t>(1, rule.verbs.size());
    const std::size_t namespaces = std::max<std::size_t>(1, rule.namespaces.size());
    const std::size_t per_target = users * groups * verbs * namespaces;
    if (targets.empty() || per_target > kMaxCombinations / targets.size()) return std::nullopt;
    if (questions_ > kMaxQuestions) return std::nullopt;

    std::set<int> takers;
    for (const Target& target : targets) {
      for (std::size_t i = 0; i < per_target; ++i) {
        std::size_t rest = i;
        const auto next = [&rest](std::size_t count) {
          const std::size_t index = rest % count;
          rest /= count;
          return index;
        };
        const std::size_t user = next(users);
        const std::size_t group = next(groups);
        const std::size_t verb = next(verbs);
        const std::size_t ns = next(namespaces);
        const audit::Attributes request = request_of(rule, target, user, group, verb, ns);
        // A pattern that no request fits (`*/*`): about those nothing is claimed.
        if (first_failure(rule, request)) return std::nullopt;
        ++questions_;
        const int taker = evaluator_.evaluate(request).rule;
        if (taker == static_cast<int>(number)) return std::nullopt;
        takers.insert(taker);
      }
    }
    return takers;
  }

 private:
  std::vector<Target> targets_of(const Rule& rule) const {
    std::vector<Target> targets;
    if (!rule.resources.empty()) {
      for (const GroupResources& entry : rule.resources) add_targets(entry, targets);
    } else if (!rule.namespaces.empty()) {
      targets.push_back(object(made_up_, made_up_, ""));
    } else if (!rule.non_resource_urls.empty()) {
      for (std::string url : rule.non_resource_urls) {
        if (url.ends_with('*')) {
          url.erase(url.find_last_not_of('*') + 1);
          url += made_up_;
        }
        targets.push_back(path(std::move(url)));
      }
    } else {
      targets.push_back(object(made_up_, made_up_, ""));
      targets.push_back(path(made_up_));
    }
    return targets;
  }

  void add_targets(const GroupResources& entry, std::vector<Target>& targets) const {
    const std::string group = entry.group == "*" ? made_up_ : entry.group;
    if (entry.resources.empty()) {
      targets.push_back(object(group, made_up_, ""));
      return;
    }
    for (const std::string& pattern : entry.resources) {
      const std::size_t slash = pattern.find('/');
      const std::string left = pattern.substr(0, slash);
      const std::string resource = left == "*" ? made_up_ : left;
      std::vector<Target> of_pattern;
      if (slash == pattern.npos) {
        of_pattern.push_back(object(group, resource, ""));
      } else if (const std::string right = pattern.substr(slash + 1); right == "*") {
        // `pods/*` is pods itself, too.
        of_pattern.push_back(object(group, resource, ""));
        of_pattern.push_back(object(group, resource, made_up_));
      } else {
        of_pattern.push_back(object(group, resource, right));
      }
      for (Target& target : of_pattern) {
        for (const std::string& name : entry.resource_names) {
          target.name = name;
          targets.push_back(target);
        }
        if (entry.resource_names.empty()) targets.push_back(target);
      }
    }
  }

  Target object(std::string group, std::string resource, std::string subresource) const {
    return {true, std::move(group), std::move(resource), std::move(subresource), made_up_, ""};
  }
  static Target path(std::string path) { return {false, "", "", "", "", std::move(path)}; }

  audit::Attributes request_of(const Rule& rule, const Target& target, std::size_t user,
                               std::size_t group, std::size_t verb, std::size_t ns) {
    user_.groups.clear();
    user_.username = rule.users.empty() ? made_up_ : rule.users[user];
    if (!rule.user_groups.empty()) user_.groups.push_back(rule.user_groups[group]);
    const bool anybody = rule.users.empty() && rule.user_groups.empty();
    audit::Attributes request;
    request.user = anybody ? nullptr : &user_;
    request.verb = rule.verbs.empty() ? std::string_view(made_up_) : rule.verbs[verb];
    request.resource_request = target.resource_request;
    request.api_group = target.group;
    request.resource = target.resource;
    request.subresource = target.subresource;
    request.ns = rule.namespaces.empty() ? std::string_view(made_up_) : rule.namespaces[ns];
    request.name = target.name;
    request.path = target.path;
    return request;
  }

  const Policy& policy_;
  const audit::Evaluator& evaluator_;
  const std::string& made_up_;
  audit::UserInfo user_;
  std::size_t questions_ = 0;
};

}  // namespace

std::vector<Unreachable> unreachable_rules(const Policy& policy,
                                           const audit::Evaluator& evaluator) {
  const std::string made_up = made_up_text(policy);
  Witnesses witnesses(policy, evaluator, made_up);
  std::vector<Unreachable> found;
  for (std::size_t i = 1; i < policy.rules.size(); ++i) {
    if (const auto takers = witnesses.takers(i)) {
      found.push_back({i, {takers->begin(), takers->end()}});
    }
  }
  return found;
}

}  // namespace kaudit::policy::lint
