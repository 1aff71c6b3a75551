#include "policy/lint/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kaudit::policy::lint {

std::string rule_path(std::size_t rule, std::string_view field) {
  std::string path = "rules[" + std::to_string(rule) + "]";
  if (!field.empty()) path += "." + std::string(field);
  return path;
}

std::string item_path(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

std::string rule_name(const Policy& policy, std::size_t rule) {
  std::string name = "rule " + std::to_string(rule);
  const int line = policy.rules.at(rule).position.line;
  return line > 0 ? name + " (line " + std::to_string(line) + ")" : name;
}

std::string enumerated(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  return out;
}

std::string rule_numbers(const std::vector<std::size_t>& rules) {
  std::vector<std::string> numbers;
  numbers.reserve(rules.size());
  for (const std::size_t rule : rules) numbers.push_back(std::to_string(rule));
  return (rules.size() == 1 ? "rule " : "rules ") + enumerated(numbers);
}

std::string code(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string out = "`";
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  if (text.size() > kLongest) {
    // Not in the middle of a character.
    while ((static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) out.pop_back();
    if (static_cast<unsigned char>(out.back()) >= 0xC0U) out.pop_back();
    out += "…";
  }
  return out + "`";
}

std::string_view replacement_in(std::string_view fix) noexcept {
  constexpr std::string_view kWrite = "write `";
  if (!fix.starts_with(kWrite) || !fix.ends_with('`')) return {};
  const std::string_view word = fix.substr(kWrite.size(), fix.size() - kWrite.size() - 1);
  return word.find_first_of("`: \"") == word.npos ? word : std::string_view();
}

std::string_view everything_of(std::string_view field) noexcept {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTexts{{
      {"users", "all users"},
      {"userGroups", "the users of all groups"},
      {"verbs", "all verbs"},
      {"resources", "all resources"},
      {"namespaces", "all namespaces"},
      {"nonResourceURLs", "all paths"},
      {"resourceNames", "objects of all names"},
      {"group", "the core group"},
  }};
  const auto found = std::ranges::find(kTexts, field, [](const auto& text) { return text.first; });
  return found == kTexts.end() ? "everything" : found->second;
}

bool asks_for_nothing(const Rule& rule) noexcept {
  return rule.users.empty() && rule.user_groups.empty() && rule.verbs.empty() &&
         rule.resources.empty() && rule.namespaces.empty() && rule.non_resource_urls.empty();
}

}  // namespace kaudit::policy::lint
