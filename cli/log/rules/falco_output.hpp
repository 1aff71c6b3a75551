#pragma once

#include <string>

#include "audit/rules/rule_engine.hpp"
#include "cli/log/input/time_text.hpp"

namespace kaudit::cli {

/// Appends an alert as Falco's standard output has it: `06:43:58.123456000: Warning TEXT`. Sigma's
/// rules likewise, with their level. Values are escaped.
void append_falco_text(std::string& out, const audit::rules::RuleAlert& alert, Zone zone);

/// Appends an alert as Falco's `json_output` has it, with the fields of its text.
void append_falco_json(std::string& out, const audit::rules::RuleAlert& alert);

}  // namespace kaudit::cli
