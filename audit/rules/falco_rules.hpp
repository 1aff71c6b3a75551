#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/rules/priority.hpp"
#include "audit/rules/rule_place.hpp"
#include "audit/search/expression.hpp"
#include "base/yaml/node.hpp"

namespace kaudit::audit::rules {

/// An item of a rule's `exceptions`.
struct FalcoException {
  std::string name;
  std::vector<std::string> fields;
  std::vector<std::string> comparisons;
  bool single = false;              ///< `fields` was one field, not a list
  std::vector<std::string> values;  ///< each as the condition that it excepts
};

/// A rule as its files say it, appends and overrides carried out.
struct FalcoRule {
  std::string name;
  std::string condition;
  std::string output;
  Priority priority = Priority::Debug;
  std::string source;  ///< "" when it says none
  bool enabled = true;
  bool skip_if_unknown = false;
  std::vector<std::string> tags;
  std::vector<FalcoException> exceptions;
  RulePlace place;
  RulePlace condition_place;
  search::Expression expression;  ///< of the condition, exceptions and all
};

/// Reads Falco rule files one after the other, as Falco does: later ones append to what earlier
/// ones have or override it. (Falco rule_loader)
class FalcoRules : private search::Names {
 public:
  /// Takes the items of a file's sequence. What cannot be taken is in `problems`.
  void add_file(const yaml::Node& items, const std::string& file, RuleProblems& problems);

  /// All rules of audit events that are enabled, ready. Those of other sources are in `skipped`, as
  /// notes. A rule with a problem is left out.
  std::vector<FalcoRule> finish(RuleProblems& problems, std::vector<std::string>& skipped);

 private:
  struct Text {
    std::string name;
    std::string condition;
    RulePlace place;
  };
  struct List {
    std::string name;
    std::vector<std::string> items;
  };

  void add_item(const yaml::Node& item, const std::string& file, RuleProblems& problems);
  void add_list(const yaml::Node& item, const RulePlace& place, RuleProblems& problems);
  void add_macro(const yaml::Node& item, const RulePlace& place, RuleProblems& problems);
  void add_rule(const yaml::Node& item, const RulePlace& place, RuleProblems& problems);
  void finish_lists();
  void finish_macros(RuleProblems& problems);

  const std::vector<std::string>* list(std::string_view name) const override;
  const search::Expression* macro(std::string_view name) const override;

  std::vector<List> lists_;
  std::vector<Text> macros_;
  std::vector<FalcoRule> rules_;
  std::map<std::string, std::vector<std::string>, std::less<>> finished_lists_;
  std::map<std::string, search::Expression, std::less<>> finished_macros_;
};

}  // namespace kaudit::audit::rules
