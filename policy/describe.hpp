#pragma once

#include <string>

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

/// The reason of a decision in words: `rule 3 (policy.yaml:14)`, counted from 0 as in field paths,
/// or `no rule matched`.
std::string describe(const audit::Decision& decision, const Policy& policy);

}  // namespace kaudit::policy
