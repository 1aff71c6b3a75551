#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kaudit::audit::rules {

/// Falco's priorities, the gravest first.
enum class Priority : std::uint8_t {
  Emergency,
  Alert,
  Critical,
  Error,
  Warning,
  Notice,
  Informational,
  Debug,
};

/// As Falco prints it: `Warning`.
std::string_view to_string(Priority priority) noexcept;
/// Any case; `INFO` is Informational.
std::optional<Priority> parse_priority(std::string_view text) noexcept;

}  // namespace kaudit::audit::rules
