#include "cli/log/rules/rule_files.hpp"

#include <cstdio>

#include "base/text/quote.hpp"
#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {

bool read_rule_files(const std::vector<std::string>& files, audit::rules::RuleSet& rules) {
  bool all = true;
  for (const std::string& file : files) {
    const auto text = read_input(file, audit::rules::kMaxRuleFileBytes + 1);
    if (text) {
      rules.add_file(*text, file);
    } else {
      complain(text.error().message);
      all = false;
    }
  }
  rules.finish();
  return all;
}

Exit complain_of_rules(const audit::rules::RuleSet& rules) {
  for (const std::string& note : rules.skipped()) complain(note);
  for (const audit::rules::RuleProblem& problem : rules.problems()) {
    // Of several lines: the condition with a caret under the place.
    std::fputs(("kaudit: " + visible(problem.text(), Layout::Kept) + "\n").c_str(), stderr);
  }
  return rules.problems().empty() ? Exit::Fine : Exit::Findings;
}

}  // namespace kaudit::cli
