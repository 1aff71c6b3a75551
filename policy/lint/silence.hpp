#pragma once

#include <string_view>
#include <vector>

#include "policy/lint/finding.hpp"

namespace kaudit::policy::lint {

/// Takes out the findings that comments of the file silence, and adds one for each comment that
/// silences nothing.
///
/// `# kaudit:ignore KA101 why`, with several codes separated by commas or blanks: after a line it
/// is about that line, alone on a line about the next one; what is about the first line of a rule
/// is about the whole rule. Above all content it is about the file. What the server refuses (KA0)
/// cannot be silenced. `rule_lines` are the first lines of the rules.
void silence(std::string_view text, const std::vector<int>& rule_lines,
             std::vector<Finding>& findings);

}  // namespace kaudit::policy::lint
