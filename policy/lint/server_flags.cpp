#include "policy/lint/server_flags.hpp"

#include <algorithm>
#include <vector>

namespace kaudit::policy::lint {
namespace {

/// What stands around a flag in shells, YAML and JSON.
constexpr std::string_view kSeparators = " \t\r\n\"'`,[]{}\\;=";

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = text.find_first_not_of(kSeparators);
    if (start == text.npos) return words;
    text.remove_prefix(start);
    words.push_back(text.substr(0, text.find_first_of(kSeparators)));
    text.remove_prefix(words.back().size());
  }
}

}  // namespace

ServerFlags find_server_flags(std::string_view text) {
  ServerFlags flags;
  const std::vector<std::string_view> words = words_of(text);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--audit-log-mode") flags.log_mode = words[i + 1];
    if (words[i] == "--audit-webhook-mode") flags.webhook_mode = words[i + 1];
  }
  return flags;
}

}  // namespace kaudit::policy::lint
