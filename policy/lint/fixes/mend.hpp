#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/evaluator.hpp"
#include "policy/lint/check.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::policy::lint {

/// Probes of which somebody could regret the change: no longer recorded though they are not noise,
/// with less of their bodies though these hold no secrets, without their outcome, or with bodies
/// that hold secrets.
std::vector<const Probe*> worsened(const audit::Evaluator& before, const audit::Evaluator& after);

struct MendReport {
  std::string text;             ///< with the slips mended
  std::vector<Finding> mended;  ///< by `text`
  std::string proposed;         ///< `text` with the fixes that a person has to decide on
  std::vector<Finding> open;    ///< those fixes
};

/// Applies the fixes of slips, each only when no probe is worsened by it, the server refuses no
/// more than before, and the finding is gone. Applied to its own result it changes nothing.
/// Positions are those of the text that each fix was applied to. Thread-safe.
MendReport mend(std::string_view bytes, const CheckOptions& options = {});

}  // namespace kaudit::policy::lint
