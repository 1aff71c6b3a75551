#include "cli/policy/difference.hpp"

#include <algorithm>

#include "policy/expected_events.hpp"

namespace kaudit::cli {
namespace {

using audit::Decision;
using audit::Level;

audit::StageSet made_stages(const Decision& decision, const audit::Attributes& request) {
  audit::StageSet made;
  if (decision.level == Level::None) return made;
  for (const audit::Stage stage : audit::kAllStages) {
    const bool can_be = stage == audit::Stage::Panic ? request.user != nullptr
                                                     : policy::stages_of(request).contains(stage);
    if (can_be && !decision.omit_stages.contains(stage)) made.insert(stage);
  }
  return made;
}

}  // namespace

bool records_less(const Verdicts& verdicts, const audit::Attributes& request) {
  const audit::StageSet made_by_a = made_stages(verdicts.a, request);
  const audit::StageSet made_by_b = made_stages(verdicts.b, request);
  const auto lost = [&](audit::Stage stage) {
    return made_by_a.contains(stage) && !made_by_b.contains(stage);
  };
  if (std::ranges::any_of(audit::kAllStages, lost)) return true;
  const auto before = policy::expected_events(verdicts.a, request);
  const auto after = policy::expected_events(verdicts.b, request);
  if (before.empty() || after.empty() || before.back().omitted) return false;
  if (!before.back().request_object.empty() && after.back().request_object.empty()) return true;
  if (!before.back().response_object.empty() && after.back().response_object.empty()) return true;
  const bool bodies = !after.back().request_object.empty() || !after.back().response_object.empty();
  return bodies && verdicts.b.omit_managed_fields && !verdicts.a.omit_managed_fields;
}

}  // namespace kaudit::cli
