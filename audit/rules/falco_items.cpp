// The items of Falco rule files: lists, macros and rules, appended to and overridden.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include "audit/rules/falco_exceptions.hpp"
#include "audit/rules/falco_rules.hpp"
#include "audit/rules/falco_versions.hpp"
#include "audit/rules/rule_yaml.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

/// What an item does to one of the same name.
enum class Change { Replace, Append };

struct Changes {
  bool whole = true;  ///< the item stands for itself: no override, no append
  Change all = Change::Replace;
  const yaml::Node* override = nullptr;

  /// What to do with a key; nothing when an override leaves it out.
  std::optional<Change> of(std::string_view key) const {
    if (override == nullptr) return all;
    const auto how = member_text(*override, key);
    if (!how) return std::nullopt;
    return *how == "append" ? Change::Append : Change::Replace;
  }
};

/// Error: why `append` or `override` is not right.
std::optional<std::string> read_changes(const yaml::Node& item, Changes& changes) {
  if (const yaml::Node* const override = yaml::find(item, "override")) {
    const auto* members = override->mapping();
    if (members == nullptr) return "override must have a member for each key that it changes";
    for (const yaml::Member& member : *members) {
      const auto how = scalar_text(*member.value);
      if (!how || (*how != "append" && *how != "replace")) {
        return "override of " + go_quoted(member.key) + " must be append or replace";
      }
      if (yaml::find(item, member.key) == nullptr) {
        return "override of " + go_quoted(member.key) + ", which the item does not have";
      }
    }
    changes.override = override;
    changes.whole = false;
  }
  if (member_text(item, "append") == "true") {
    if (changes.override != nullptr) return "append and override exclude each other";
    changes.all = Change::Append;
    changes.whole = false;
  }
  return std::nullopt;
}

template <typename Items>
auto* find_named(Items& items, std::string_view name) {
  const auto found = std::ranges::find_if(items, [&](const auto& one) { return one.name == name; });
  return found == items.end() ? nullptr : &*found;
}

RulePlace place_of(const yaml::Node& node, const std::string& file) {
  return {file, node.position.line};
}

std::string no_such(std::string_view what, std::string_view name) {
  return "there is no " + std::string(what) + " " + go_quoted(name) +
         " yet to append to or override";
}

}  // namespace

void FalcoRules::add_file(const yaml::Node& items, const std::string& file,
                          RuleProblems& problems) {
  const auto* const sequence = items.sequence();
  if (sequence == nullptr) {
    problems.push_back({place_of(items, file), "", "a Falco rule file is a list of items"});
    return;
  }
  for (const yaml::Node* item : *sequence) add_item(*item, file, problems);
}

void FalcoRules::add_item(const yaml::Node& item, const std::string& file, RuleProblems& problems) {
  constexpr const char* kNotAnItem = "an item must be a rule, a macro or a list";
  const RulePlace place = place_of(item, file);
  if (item.mapping() == nullptr) {
    problems.push_back({place, "", kNotAnItem});
    return;
  }
  if (yaml::find(item, "rule") != nullptr) {
    add_rule(item, place, problems);
  } else if (yaml::find(item, "macro") != nullptr) {
    add_macro(item, place, problems);
  } else if (yaml::find(item, "list") != nullptr) {
    add_list(item, place, problems);
  } else if (const auto wrong = version_problem(item)) {
    problems.push_back({place, "", *wrong});
  } else if (!is_version_item(item)) {
    problems.push_back({place, "", kNotAnItem});
  }
}

void FalcoRules::add_list(const yaml::Node& item, const RulePlace& place, RuleProblems& problems) {
  const auto refuse = [&](std::string message) {
    problems.push_back({place, "", std::move(message)});
  };
  const auto name = member_text(item, "list");
  if (!name || name->empty()) return refuse("a list needs a name");
  Changes changes;
  if (const auto wrong = read_changes(item, changes)) {
    return refuse("list " + go_quoted(*name) + ": " + *wrong);
  }
  const yaml::Node* const items = yaml::find(item, "items");
  if (items == nullptr || (items->sequence() == nullptr && !items->is_null())) {
    return refuse("list " + go_quoted(*name) + " needs items");
  }
  List* const known = find_named(lists_, *name);
  if (!changes.whole && known == nullptr) return refuse(no_such("list", *name));
  std::vector<std::string> texts = texts_of(*items);
  if (known == nullptr) {
    lists_.push_back({*name, std::move(texts)});
  } else if (changes.of("items") == Change::Append) {
    known->items.insert(known->items.end(), texts.begin(), texts.end());
  } else {
    known->items = std::move(texts);
  }
}

void FalcoRules::add_macro(const yaml::Node& item, const RulePlace& place, RuleProblems& problems) {
  const auto refuse = [&](std::string message) {
    problems.push_back({place, "", std::move(message)});
  };
  const auto name = member_text(item, "macro");
  if (!name || name->empty()) return refuse("a macro needs a name");
  Changes changes;
  if (const auto wrong = read_changes(item, changes)) {
    return refuse("macro " + go_quoted(*name) + ": " + *wrong);
  }
  const yaml::Node* const node = yaml::find(item, "condition");
  const auto condition = node == nullptr ? std::nullopt : scalar_text(*node);
  if (!condition || condition->empty()) {
    return refuse("macro " + go_quoted(*name) + " needs a condition");
  }
  Text* const known = find_named(macros_, *name);
  if (!changes.whole && known == nullptr) return refuse(no_such("macro", *name));
  if (known == nullptr) {
    macros_.push_back({*name, *condition, place_of(*node, place.file)});
  } else if (changes.of("condition") == Change::Append) {
    known->condition += " " + *condition;
  } else {
    known->condition = *condition;
    known->place = place_of(*node, place.file);
  }
}

namespace {

void change_text(std::string& text, const yaml::Node& item, std::string_view key,
                 const Changes& changes) {
  const auto given = member_text(item, key);
  const auto how = changes.of(key);
  if (!given || !how) return;
  if (*how == Change::Append && !text.empty()) {
    text += " " + *given;
  } else {
    text = *given;
  }
}

/// Takes over what the item has. Error: what is wrong with it.
std::optional<std::string> fill_in(FalcoRule& rule, const yaml::Node& item,
                                   const Changes& changes) {
  change_text(rule.condition, item, "condition", changes);
  change_text(rule.output, item, "output", changes);
  if (const yaml::Node* const node = yaml::find(item, "condition")) {
    if (changes.of("condition")) rule.condition_place = {rule.place.file, node->position.line};
  }
  if (const auto text = member_text(item, "priority"); text && changes.of("priority")) {
    const auto priority = parse_priority(*text);
    if (!priority) return "there is no priority " + go_quoted(*text);
    rule.priority = *priority;
  }
  if (const auto source = member_text(item, "source"); source && changes.whole) {
    rule.source = *source;
  }
  if (const auto enabled = member_text(item, "enabled")) rule.enabled = *enabled != "false";
  if (member_text(item, "skip-if-unknown-filter") == "true") rule.skip_if_unknown = true;
  if (const yaml::Node* const tags = yaml::find(item, "tags"); tags && changes.of("tags")) {
    std::vector<std::string> texts = texts_of(*tags);
    if (*changes.of("tags") == Change::Replace) rule.tags.clear();
    rule.tags.insert(rule.tags.end(), texts.begin(), texts.end());
  }
  if (const yaml::Node* const node = yaml::find(item, "exceptions");
      node && changes.of("exceptions")) {
    if (*changes.of("exceptions") == Change::Replace) rule.exceptions.clear();
    return read_exceptions(*node, rule.exceptions);
  }
  return std::nullopt;
}

/// Whether the item does no more than turn a rule on or off.
bool is_switch(const yaml::Node& item) {
  return yaml::find(item, "enabled") != nullptr &&
         std::ranges::all_of(*item.mapping(), [](const yaml::Member& member) {
           return member.key == "rule" || member.key == "enabled";
         });
}

}  // namespace

void FalcoRules::add_rule(const yaml::Node& item, const RulePlace& place, RuleProblems& problems) {
  const std::string name = member_text(item, "rule").value_or("");
  const auto refuse = [&](std::string message) {
    problems.push_back({place, name, std::move(message)});
  };
  if (name.empty()) return refuse("a rule needs a name");
  Changes changes;
  if (const auto wrong = read_changes(item, changes)) return refuse(*wrong);
  FalcoRule* const known = find_named(rules_, name);
  if (is_switch(item)) {
    if (known == nullptr) return refuse(no_such("rule", name));
    known->enabled = member_text(item, "enabled") != "false";
    return;
  }
  if (!changes.whole && known == nullptr) return refuse(no_such("rule", name));
  if (!changes.whole) {
    if (const auto wrong = fill_in(*known, item, changes)) refuse(*wrong);
    return;
  }
  for (const std::string_view key : {"condition", "output", "desc", "priority"}) {
    if (!member_text(item, key)) return refuse("needs " + std::string(key));
  }
  FalcoRule rule;
  rule.name = name;
  rule.place = place;
  if (const auto wrong = fill_in(rule, item, changes)) return refuse(*wrong);
  if (known == nullptr) {
    rules_.push_back(std::move(rule));
  } else {
    *known = std::move(rule);
  }
}

}  // namespace kaudit::audit::rules
