#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kaudit::cli {

/// How much a check weighs, in the words of RFC 2119.
enum class CheckLevel : std::uint8_t { Must, Should, May };

std::string_view to_string(CheckLevel level) noexcept;

/// One check of a conformance suite. Identifiers are stable: people's `--only`, `--skip` and CI
/// files contain them.
struct Check {
  std::string_view id;       ///< `framing.one-line`: the section's id, a dot, words with hyphens
  std::string_view section;  ///< for people: "Framing"
  CheckLevel level;
  std::string_view claim;      ///< one sentence: what holds when the check passes
  std::string_view reason;     ///< one sentence: what goes wrong otherwise
  std::string_view reference;  ///< where that is from
};

/// The checks of one command. What the table says is what `--list`, the reports and
/// docs/conformance.md show; a test holds the page to it.
struct Suite {
  std::string_view name;  ///< of the command: `log`
  std::string_view what;  ///< for people: "an audit log"
  std::span<const Check> checks;

  const Check* find(std::string_view id) const noexcept;
};

// Every suite has a file with its table.
const Suite& log_suite();

/// The part of docs/conformance.md that is made of a suite: a table for each section.
void append_markdown(std::string& out, const Suite& suite);
/// What `--list` prints for people.
void append_check_list(std::string& out, const Suite& suite);

}  // namespace kaudit::cli
