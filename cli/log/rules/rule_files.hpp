#pragma once

#include <string>
#include <vector>

#include "audit/rules/detection_rules.hpp"
#include "cli/commands.hpp"

namespace kaudit::cli {

/// Reads rule files into the set and finishes it. Notes and problems are not said here. False: a
/// file could not be read, which was said on stderr.
bool read_rule_files(const std::vector<std::string>& files, audit::rules::RuleSet& rules);

/// Says the rule set's notes and problems on stderr. Findings when there are problems.
Exit complain_of_rules(const audit::rules::RuleSet& rules);

}  // namespace kaudit::cli
