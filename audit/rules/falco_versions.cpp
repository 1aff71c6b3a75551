#include "audit/rules/falco_versions.hpp"

#include <algorithm>
#include <string_view>

#include "audit/rules/rule_yaml.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 && std::ranges::all_of(text, is_digit);
}

/// `15`, `0.44`, `0.18.0`, with or without a pre-release behind.
bool is_version(std::string_view text) {
  text = text.substr(0, text.find_first_of("-+"));
  const auto parts = split(text, '.');
  return parts.size() <= 3 && std::ranges::all_of(parts, is_number);
}

/// Whether the version is of the major number that is known, 0.
bool is_known_version(std::string_view text) {
  return is_version(text) && text.substr(0, text.find('.')) == "0";
}

bool is_known_plugin(std::string_view name) {
  return name == "k8saudit" || name.starts_with("k8saudit-") || name == "json";
}

bool is_satisfied(const yaml::Node& requirement) {
  const auto name = member_text(requirement, "name");
  const auto version = member_text(requirement, "version");
  return name && version && is_known_plugin(*name) && is_known_version(*version);
}

std::optional<std::string> plugin_problem(const yaml::Node& requirement) {
  if (is_satisfied(requirement)) return std::nullopt;
  const auto name = member_text(requirement, "name");
  const auto version = member_text(requirement, "version");
  if (!name || !version) return "a required plugin version needs name and version";
  if (const yaml::Node* const others = yaml::find(requirement, "alternatives")) {
    if (const auto* items = others->sequence()) {
      if (std::ranges::any_of(*items, [](const yaml::Node* one) { return is_satisfied(*one); })) {
        return std::nullopt;
      }
    }
  }
  return "requires the plugin " + go_quoted(*name) + " in version " + visible(*version) +
         "; known are k8saudit (k8saudit-eks …) and json, 0.x";
}

}  // namespace

bool is_version_item(const yaml::Node& item) {
  return yaml::find(item, "required_engine_version") != nullptr ||
         yaml::find(item, "required_plugin_versions") != nullptr;
}

std::optional<std::string> version_problem(const yaml::Node& item) {
  if (const yaml::Node* const engine = yaml::find(item, "required_engine_version")) {
    const auto version = scalar_text(*engine);
    if (!version || !is_version(*version)) {
      return "required_engine_version must be a version: 15, or 0.44.0";
    }
    const bool one_number = version->find('.') == std::string::npos;
    if (one_number ? version->size() > 3 : !is_known_version(*version)) {
      return "requires engine version " + visible(*version) + "; known is the language of 0.x";
    }
  }
  if (const yaml::Node* const plugins = yaml::find(item, "required_plugin_versions")) {
    const auto* const items = plugins->sequence();
    if (items == nullptr) return "required_plugin_versions must be a list";
    for (const yaml::Node* one : *items) {
      if (auto wrong = plugin_problem(*one)) return wrong;
    }
  }
  return std::nullopt;
}

}  // namespace kaudit::audit::rules
