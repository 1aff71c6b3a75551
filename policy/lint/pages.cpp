#include "policy/lint/pages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace kaudit::policy::lint {
namespace {

constexpr auto kExamples = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "policy/lint/examples_table.inc"
});

/// What the findings of a hundred have in common.
std::string_view meaning_of(Code code) noexcept {
  switch (static_cast<std::uint16_t>(code) / 100) {
    case 0:
      return "A server refuses the file: with `--audit-policy-file` naming it, it does not start.";
    case 1:
      return "The server takes the file, but reads something else than what was written: fields "
             "that it does not know are dropped with one line in its log, and a rule with a "
             "condition less applies to more.";
    case 2:
      return "The server takes the file, but no request is ever like this: rules compare whole "
             "names, as they are in URLs and tokens.";
    case 3:
      return "Typical requests were put to the policy (`kaudit policy coverage` shows them all), "
             "and some that are wanted when something has happened leave too little.";
    default:
      return "Typical requests were put to the policy (`kaudit policy coverage` shows them all), "
             "and some leave more than anybody wants in a log: secrets, or noise.";
  }
}

void append_example(std::string& out, const Lint& lint, const char* kind, const char* heading) {
  const std::string name = std::string(lint.id) + kind + ".yaml";
  const auto found = std::ranges::find(kExamples, std::string_view(name),
                                       [](const auto& example) { return example.first; });
  if (found == kExamples.end()) return;
  out += std::string("\n") + heading + "\n\n";
  std::string_view text = found->second;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    out += line.empty() ? "\n" : "    " + std::string(line) + "\n";
  }
}

}  // namespace

std::string page_of(const Lint& lint) {
  std::string out = std::string(lint.id) + " " + std::string(lint.name) + " (" +
                    std::string(to_string(lint.severity)) + ")\n\n" + std::string(lint.summary) +
                    "\n" + std::string(meaning_of(lint.code)) + "\n";
  append_example(out, lint, ".bad", "Found in the lines that name it:");
  append_example(out, lint, ".good", "Better:");
  if (lint.code >= Code::MisspeltField) {
    out += "\nWhere it is meant: `# kaudit:ignore " + std::string(lint.id) +
           " why` at the end of the line or above the rule.\n";
  }
  return out;
}

}  // namespace kaudit::policy::lint
