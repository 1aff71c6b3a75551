#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>

#include "base/text/ascii.hpp"
#include "base/text/spelling.hpp"
#include "policy/lint/checks/passes.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> kPolicyFields{"apiVersion", "kind",  "metadata",
                                                        "omitStages", "rules", "omitManagedFields"};
constexpr std::array<std::string_view, 9> kRuleFields{
    "level",           "users",      "userGroups",       "verbs", "resources", "namespaces",
    "nonResourceURLs", "omitStages", "omitManagedFields"};
constexpr std::array<std::string_view, 3> kEntryFields{"group", "resources", "resourceNames"};

/// Names that people use for a field of a rule or of an entry of its resources.
struct Alias {
  std::string_view name;
  std::string_view meant;
};
constexpr std::array kRuleAliases{
    Alias{"user", "users"},
    Alias{"username", "users"},
    Alias{"usernames", "users"},
    Alias{"group", "userGroups"},
    Alias{"groups", "userGroups"},
    Alias{"ns", "namespaces"},
    Alias{"method", "verbs"},
    Alias{"methods", "verbs"},
    Alias{"operations", "verbs"},
    Alias{"url", "nonResourceURLs"},
    Alias{"urls", "nonResourceURLs"},
    Alias{"path", "nonResourceURLs"},
    Alias{"paths", "nonResourceURLs"},
    Alias{"nonResourceURL", "nonResourceURLs"},
};
constexpr std::array kEntryAliases{
    Alias{"apiGroup", "group"},     Alias{"apiGroups", "group"},     Alias{"groups", "group"},
    Alias{"name", "resourceNames"}, Alias{"names", "resourceNames"}, Alias{"kind", "resources"},
    Alias{"kinds", "resources"},
};

/// What people ask of a policy that it cannot know.
struct Invention {
  std::string_view name;
  std::string_view why;
  std::string_view fix;
};
constexpr std::string_view kBefore =
    "a rule is chosen before the request is carried out and sees nothing of its answer";
constexpr std::string_view kDropField =
    "remove the field, and sort such events out where the log is read";
constexpr std::array kInventions{
    Invention{"stages", "it was a field of AuditSink, which is gone",
              "list the stages to leave out in `omitStages`"},
    Invention{"stage", "there is no such condition",
              "list the stages to leave out in `omitStages`"},
    Invention{"code", kBefore, kDropField},
    Invention{"codes", kBefore, kDropField},
    Invention{"responseStatus", kBefore, kDropField},
    Invention{"status", kBefore, kDropField},
    Invention{"objectRef", "it is a field of events, not of policies",
              "say it with `resources` and `namespaces`"},
    Invention{"requestURI", "it is a field of events, not of policies",
              "say it with `resources`, or with `nonResourceURLs`"},
    Invention{"sourceIPs", "no rule can ask for addresses", kDropField},
    Invention{"sourceIP", "no rule can ask for addresses", kDropField},
    Invention{"userAgent", "no rule can ask for the client", kDropField},
    Invention{"labels", "a rule sees nothing of the object", kDropField},
    Invention{"labelSelector", "a rule sees nothing of the object", kDropField},
    Invention{"annotations", "a rule sees nothing of the object", kDropField},
    Invention{"dryRun", "no rule can ask for the query", kDropField},
    Invention{"impersonatedUser", "rules see the real user, never the impersonated one",
              kDropField},
};

enum class Depth : std::uint8_t { Policy, Metadata, Rule, Entry };

/// Where a dropped field is, taken from its path.
struct Place {
  Depth level = Depth::Policy;
  std::size_t rule = 0;
  std::string_view parent;
  std::string_view key;
};

/// The length of `[N]` at the front, or 0.
std::size_t index_length(std::string_view text) noexcept {
  if (!text.starts_with('[')) return 0;
  const std::size_t end = text.find(']');
  return end == text.npos ? 0 : end + 1;
}

// A key may hold dots and brackets itself, so the path is read from its front.
Place place_of(std::string_view path) {
  constexpr std::string_view kRules = "rules";
  constexpr std::string_view kResources = ".resources";
  if (path.starts_with("metadata.")) return {Depth::Metadata, 0, "metadata", path.substr(9)};
  std::size_t length = path.starts_with(kRules) ? index_length(path.substr(kRules.size())) : 0;
  if (length == 0) return {Depth::Policy, 0, "", path};
  length += kRules.size();
  const std::string_view rest = path.substr(length);
  Place place{Depth::Rule, 0, path.substr(0, length), {}};
  place.rule = static_cast<std::size_t>(rule_of(std::string(path)));
  const std::size_t index =
      rest.starts_with(kResources) ? index_length(rest.substr(kResources.size())) : 0;
  if (index > 0 && length + kResources.size() + index < path.size()) {
    place.level = Depth::Entry;
    place.parent = path.substr(0, length + kResources.size() + index);
  }
  place.key = path.substr(std::min(path.size(), place.parent.size() + 1));
  return place;
}

bool contains(Names names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <typename Rows>
auto find_row(const Rows& rows, std::string_view name) {
  return std::ranges::find_if(
      rows, [&](const auto& row) { return equals_ignoring_case(row.name, name); });
}

class DroppedFields {
 public:
  DroppedFields(const Policy& policy, Findings& findings) : policy_(policy), findings_(findings) {}

  void judge(const Problem& problem) {
    const Place place = place_of(problem.path);
    if (problem.message.starts_with("duplicate")) {
      add(Code::DuplicateKey, problem,
          code(place.key) + " comes twice; the last one counts, and lists are merged",
          "remove the one that is not meant");
      return;
    }
    switch (place.level) {
      case Depth::Metadata:
        return add(Code::MisspeltField, problem,
                   code(place.key) + " is not a field of metadata; the server drops it",
                   "remove it: nothing reads a policy's metadata");
      case Depth::Policy:
        return judge_policy_field(problem, place);
      case Depth::Rule:
        return judge_rule_field(problem, place);
      case Depth::Entry:
        return judge_entry_field(problem, place);
    }
  }

 private:
  void judge_policy_field(const Problem& problem, const Place& place) {
    const std::string_view meant = nearest(place.key, kPolicyFields);
    if (contains(kRuleFields, place.key)) {
      return add(Code::MisplacedField, problem,
                 code(place.key) + " is outside of `rules`: the server drops it",
                 "move it into a rule");
    }
    if (!meant.empty()) {
      return add(Code::MisspeltField, problem,
                 code(place.key) + " is not a field of a policy: the server drops it",
                 "write " + code(meant));
    }
    add(Code::InventedField, problem,
        code(place.key) + " is not a field of a policy: the server drops it", "remove it");
  }

  void judge_rule_field(const Problem& problem, const Place& place) {
    if (invented(problem, place)) return;
    if (contains(kEntryFields, place.key) && place.key != "group") {
      return misplaced(problem, place, "put it into an entry of `resources`");
    }
    if (edit_distance(place.key, "apiGroups") <= 1) {
      return misplaced(problem, place,
                       "write `group` in an entry of `resources`: `resources: [{group: …, "
                       "resources: […]}]`");
    }
    if (contains(kPolicyFields, place.key)) {
      return misplaced(problem, place, "move it out of the rule");
    }
    misspelt(problem, place, meant_by(place.key, kRuleAliases, kRuleFields), "a rule");
  }

  void judge_entry_field(const Problem& problem, const Place& place) {
    if (contains(kRuleFields, place.key)) {
      return misplaced(problem, place, "move it up into the rule, beside `resources`");
    }
    if (invented(problem, place)) return;
    if (const auto alias = find_row(kRuleAliases, place.key);
        alias != kRuleAliases.end() && alias->name != "group" && alias->name != "groups") {
      return misplaced(problem, place,
                       "write " + code(alias->meant) + " in the rule, beside `resources`");
    }
    misspelt(problem, place, meant_by(place.key, kEntryAliases, kEntryFields),
             "an entry of resources");
  }

  bool invented(const Problem& problem, const Place& place) {
    const auto known = find_row(kInventions, place.key);
    if (known == kInventions.end()) return false;
    add(Code::InventedField, problem,
        code(place.key) + " is not a condition: " + std::string(known->why) +
            "; the server drops it" + consequence(place, ""),
        std::string(known->fix));
    return true;
  }

  void misplaced(const Problem& problem, const Place& place, std::string fix) {
    add(Code::MisplacedField, problem,
        code(place.key) + " is at the wrong level: the server drops it" +
            consequence(place, place.key),
        std::move(fix));
  }

  void misspelt(const Problem& problem, const Place& place, std::string_view meant,
                const char* whose) {
    add(Code::MisspeltField, problem,
        code(place.key) + " is not a field of " + whose + ": the server drops it" +
            consequence(place, meant),
        meant.empty() ? "remove it" : "write " + code(meant));
  }

  template <typename Aliases>
  static std::string_view meant_by(std::string_view key, const Aliases& aliases, Names fields) {
    const auto alias = find_row(aliases, key);
    return alias != aliases.end() ? alias->meant : nearest(key, fields);
  }

  /// What the rule does without the field that was meant.
  std::string consequence(const Place& place, std::string_view meant) const {
    if (place.level == Depth::Policy || place.rule >= policy_.rules.size()) return "";
    const Rule& rule = policy_.rules[place.rule];
    const std::string name = rule_name(policy_, place.rule);
    const bool drops = rule.level == "None";
    if (asks_for_nothing(rule)) {
      std::string text = ". " + std::string(1, 'R') + name.substr(1);
      text += " is left without conditions and takes every request";
      if (drops) return text + ": nothing is recorded from here on";
      return place.rule + 1 < policy_.rules.size() ? text + ": no rule after it is ever asked"
                                                   : text;
    }
    if (meant == "omitStages" || meant == "omitManagedFields" || meant == "level" ||
        meant.empty()) {
      return "";
    }
    std::string_view scope = everything_of(meant);
    if (place.level == Depth::Entry && meant == "resources") scope = "all resources of the group";
    return ", so " + name + (drops ? " drops the requests of " : " applies to ") +
           std::string(scope);
  }

  void add(Code lint, const Problem& problem, std::string message, std::string fix) {
    Finding& finding =
        findings_.add_at(lint, problem.position, problem.path, std::move(message), std::move(fix));
    const std::string word(replacement_in(finding.fix));
    if (lint == Code::MisspeltField && !word.empty()) {
      findings_.offer_yaml(finding, problem.position, std::string(place_of(problem.path).key),
                           word);
    }
  }

  const Policy& policy_;
  Findings& findings_;
};

/// Finds the rule that a place belongs to. Aliases may put rules anywhere.
class RuleLines {
 public:
  explicit RuleLines(const Policy& policy) {
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
      lines_.emplace(policy.rules[i].position.line, i);
    }
  }
  std::string path_at(yaml::Position position) const {
    const auto after = lines_.upper_bound(position.line);
    return after == lines_.begin() ? "" : rule_path(std::prev(after)->second);
  }

 private:
  std::map<int, std::size_t> lines_;
};

}  // namespace

void find_dropped_fields(const TypeReport& types, const yaml::Document& document,
                         const Policy& policy, Findings& findings) {
  const RuleLines rules(policy);
  for (const auto& [key, position] : document.duplicates) {
    findings.add_at(Code::DuplicateKey, position, rules.path_at(position),
                    "the key " + key +
                        " is set already in this mapping; this value, the later one, "
                        "counts and the other is dropped",
                    "remove the one that is not meant, or make a rule of its own");
  }
  DroppedFields dropped(policy, findings);
  for (const Problem& problem : types.strict) dropped.judge(problem);
}

}  // namespace kaudit::policy::lint
