#include "audit/rules/priority.hpp"

#include <array>

#include "audit/rules/rule_place.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

constexpr std::array<std::string_view, 8> kPriorities = {
    "Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"};

}  // namespace

std::string_view to_string(Priority priority) noexcept {
  return kPriorities[static_cast<std::size_t>(priority)];
}

std::optional<Priority> parse_priority(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kPriorities.size(); ++i) {
    if (equals_ignoring_case(text, kPriorities[i])) return static_cast<Priority>(i);
  }
  if (equals_ignoring_case(text, "info")) return Priority::Informational;
  return std::nullopt;
}

std::string RuleProblem::text() const {
  std::string out = place.file + ":" + std::to_string(place.line) + ": ";
  if (!rule.empty()) out += "rule " + go_quoted(rule) + ": ";
  return out + message;
}

}  // namespace kaudit::audit::rules
