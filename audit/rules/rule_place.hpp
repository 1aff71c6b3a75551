#pragma once

#include <string>
#include <vector>

namespace kaudit::audit::rules {

/// Where in which file something stands; the line from 1.
struct RulePlace {
  std::string file;
  int line = 0;
};

/// What is wrong with a rule file.
struct RuleProblem {
  RulePlace place;
  std::string rule;  ///< its name; "" when it is about the file
  std::string message;

  /// `FILE:LINE: rule "NAME": MESSAGE`
  std::string text() const;
};
using RuleProblems = std::vector<RuleProblem>;

}  // namespace kaudit::audit::rules
