#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "policy/lint/checks/passes.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

using Names = std::span<const std::string_view>;

bool is_empty(const yaml::Node& node) noexcept {
  return node.is_null() || (node.sequence() != nullptr && node.sequence()->empty());
}

void find_empty_members(const yaml::Node& owner, const std::string& path, Names fields,
                        std::size_t rule, Findings& findings) {
  if (owner.mapping() == nullptr) return;
  for (const yaml::Member& member : *owner.mapping()) {
    if (std::ranges::find(fields, member.key) == fields.end() || !is_empty(*member.value)) continue;
    const bool in_entry = path.find("].resources[") != path.npos;
    const std::string_view all = in_entry && member.key == "resources"
                                     ? "all resources of the group"
                                     : everything_of(member.key);
    findings.add_at(Code::EmptyCondition, member.key_position, path + "." + member.key,
                    code(member.key) + " is empty, which asks for nothing: rule " +
                        std::to_string(rule) + " applies to " + std::string(all) + ", not to none",
                    "leave it out if that is meant; a rule meant to match nothing must go");
  }
}

}  // namespace

void find_empty_conditions(const yaml::Document& document, Findings& findings) {
  constexpr std::array<std::string_view, 6> kConditions{
      "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs"};
  constexpr std::array<std::string_view, 2> kLists{"resources", "resourceNames"};
  const yaml::Node* rules = find(*document.root, "rules");
  if (rules == nullptr || rules->sequence() == nullptr) return;
  for (std::size_t i = 0; i < rules->sequence()->size(); ++i) {
    const yaml::Node& rule = *(*rules->sequence())[i];
    find_empty_members(rule, rule_path(i), kConditions, i, findings);
    const yaml::Node* entries = find(rule, "resources");
    if (entries == nullptr || entries->sequence() == nullptr) continue;
    for (std::size_t j = 0; j < entries->sequence()->size(); ++j) {
      find_empty_members(*(*entries->sequence())[j], item_path(rule_path(i, "resources"), j),
                         kLists, i, findings);
    }
  }
}

namespace {

bool is_marker(std::string_view line, std::string_view marker) noexcept {
  return line.starts_with(marker) && (line.size() == 3 || line[3] == ' ' || line[3] == '\t');
}

bool is_blank(std::string_view line) noexcept {
  const std::size_t content = line.find_first_not_of(" \t");
  return content == line.npos || line[content] == '#';
}

}  // namespace

// `---` at the start of a line always ends a document, in block scalars too.
void find_second_document(std::string_view text, Findings& findings) {
  bool started = false;      // there was a `---` or some content
  std::optional<int> other;  // the line where the second document starts
  int number = 0;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    ++number;
    const bool starts = is_marker(line, "---");
    if (starts && started && !other) other = number;
    if (starts) {
      started = true;
      line.remove_prefix(3);
    } else if (is_marker(line, "...")) {
      if (started && !other) other = number;
      continue;
    }
    if (is_blank(line) || (line.front() == '%' && !started)) continue;
    started = true;
    if (!other) continue;
    findings.add_at(Code::SecondDocument, {*other, 1}, "",
                    "a second YAML document starts here: the server reads the first one only and "
                    "drops the rest of the file without a word",
                    "put all rules into one document, or remove this `---`");
    return;
  }
}

}  // namespace kaudit::policy::lint
