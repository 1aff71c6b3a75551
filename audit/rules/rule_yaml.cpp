#include "audit/rules/rule_yaml.hpp"

#include <cstddef>

namespace kaudit::audit::rules {

std::optional<std::string> scalar_text(const yaml::Node& node) {
  if (const auto* text = node.string()) return *text;
  if (const auto* number = node.number()) return number->text;
  if (const auto* boolean = node.boolean()) return *boolean ? "true" : "false";
  return std::nullopt;
}

std::optional<std::string> member_text(const yaml::Node& mapping, std::string_view key) {
  const yaml::Node* const found = yaml::find(mapping, key);
  return found == nullptr ? std::nullopt : scalar_text(*found);
}

std::vector<std::string> texts_of(const yaml::Node& node) {
  std::vector<std::string> texts;
  if (const auto* items = node.sequence()) {
    for (const yaml::Node* item : *items) {
      if (auto text = scalar_text(*item)) texts.push_back(*std::move(text));
    }
  } else if (auto text = scalar_text(node)) {
    texts.push_back(*std::move(text));
  }
  return texts;
}

std::vector<YamlPart> yaml_parts(std::string_view text) {
  std::vector<YamlPart> parts;
  std::string current;
  std::size_t lines = 0;
  bool any = false;
  const auto finish = [&] {
    if (any) parts.push_back({std::move(current)});
    current.assign(lines, '\n');
    any = false;
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++lines;
    const bool border = line.starts_with("---") &&
                        (line.size() == 3 || line[3] == ' ' || line[3] == '\r' || line[3] == '\t');
    if (border) {
      finish();
      continue;
    }
    const std::size_t first = line.find_first_not_of(" \t\r");
    any = any || (first != std::string_view::npos && line[first] != '#');
    current += line;
    current += '\n';
  }
  finish();
  return parts;
}

}  // namespace kaudit::audit::rules
