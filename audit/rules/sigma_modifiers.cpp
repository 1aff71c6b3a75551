// Modifiers of Sigma's fields, and what values become with them.
#include <array>
#include <charconv>
#include <re2/re2.h>
#include <string>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "audit/rules/sigma_value.hpp"
#include "audit/rules/sigma_wildcards.hpp"
#include "base/text/base64.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::audit::rules {
namespace {

using Kind = SigmaValue::Kind;

/// What patterns of hostile rules may cost.
constexpr std::int64_t kSigmaPatternMemory = 8 << 20;

struct Flag {
  std::string_view name;
  bool SigmaModifiers::*member;
};
constexpr std::array<Flag, 18> kFlags = {{
    {"contains", &SigmaModifiers::contains},
    {"startswith", &SigmaModifiers::starts_with},
    {"endswith", &SigmaModifiers::ends_with},
    {"all", &SigmaModifiers::all},
    {"re", &SigmaModifiers::pattern},
    {"i", &SigmaModifiers::pattern_ignores_case},
    {"ignorecase", &SigmaModifiers::pattern_ignores_case},
    {"m", &SigmaModifiers::pattern_multiline},
    {"multiline", &SigmaModifiers::pattern_multiline},
    {"s", &SigmaModifiers::pattern_dot_all},
    {"dotall", &SigmaModifiers::pattern_dot_all},
    {"cidr", &SigmaModifiers::network},
    {"exists", &SigmaModifiers::exists},
    {"cased", &SigmaModifiers::cased},
    {"neq", &SigmaModifiers::negated},
    {"base64", &SigmaModifiers::base64},
    {"base64offset", &SigmaModifiers::base64_offset},
    {"fieldref", &SigmaModifiers::field_reference},
}};
constexpr std::array<std::pair<std::string_view, Kind>, 4> kComparisons = {{
    {"lt", Kind::Less},
    {"lte", Kind::LessOrEqual},
    {"gt", Kind::Greater},
    {"gte", Kind::GreaterOrEqual},
}};

bool set_modifier(SigmaModifiers& modifiers, std::string_view name) {
  for (const Flag& flag : kFlags) {
    if (flag.name != name) continue;
    modifiers.*flag.member = true;
    return true;
  }
  for (const auto& [one, kind] : kComparisons) {
    if (one != name) continue;
    modifiers.comparison = kind;
    return true;
  }
  return false;
}

/// The modifier that the word was most likely meant to be.
std::string_view nearest_modifier(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Flag& flag : kFlags) names.push_back(flag.name);
  for (const auto& [name, kind] : kComparisons) names.push_back(name);
  return nearest(word, names);
}

Result<SigmaValue> pattern_value(const std::string& text, const SigmaModifiers& modifiers) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kSigmaPatternMemory);
  options.set_case_sensitive(!modifiers.pattern_ignores_case);
  options.set_dot_nl(modifiers.pattern_dot_all);
  SigmaValue value;
  value.kind = Kind::Pattern;
  const std::string whole = modifiers.pattern_multiline ? "(?m)" + text : text;
  value.pattern = std::make_shared<const re2::RE2>(whole, options);
  if (!value.pattern->ok()) {
    return fail("not a regular expression: " + value.pattern->error());
  }
  return value;
}

Result<SigmaValue> network_value(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  std::size_t bits = 0;
  const std::string_view digits = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  const auto [to, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const std::size_t most = text.find(':') == std::string_view::npos ? 32 : 128;
  if (!address || error != std::errc() || to != digits.data() + digits.size() || bits > most) {
    return fail(go_quoted(text) + " is not a network, like 10.0.0.0/8");
  }
  SigmaValue value;
  value.kind = Kind::Network;
  value.network = address->masked(bits);
  value.network_bits = bits;
  return value;
}

Result<SigmaValue> comparison_value(const std::string& text, Kind kind) {
  SigmaValue value;
  value.kind = kind;
  double number = 0;
  const auto [to, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || to != text.data() + text.size()) {
    return fail(go_quoted(text) + " is not a number");
  }
  value.number = number;
  return value;
}

SigmaValue text_value(const std::string& text, const SigmaModifiers& modifiers) {
  const SigmaText read = read_sigma_text(text);
  SigmaValue value;
  if (read.wildcards) {
    value.kind = Kind::Wildcards;
    const bool open_begin = modifiers.contains || modifiers.ends_with;
    const bool open_end = modifiers.contains || modifiers.starts_with;
    value.text = (open_begin ? "*" : "") + read.glob + (open_end ? "*" : "");
  } else {
    value.text = read.literal;
    if (modifiers.contains) value.kind = Kind::Contains;
    if (modifiers.starts_with) value.kind = Kind::StartsWith;
    if (modifiers.ends_with) value.kind = Kind::EndsWith;
  }
  return value;
}

/// What the text looks like within the base64 of a longer one, at each of three offsets.
std::vector<SigmaValue> base64_values(const std::string& text) {
  std::vector<SigmaValue> values;
  constexpr std::array<std::size_t, 3> kBegin = {0, 2, 3};
  constexpr std::array<std::size_t, 3> kCutOff = {0, 3, 2};
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string padded = std::string(offset, ' ') + text;
    std::string encoded = base64_encode(padded);
    encoded.resize(encoded.size() - std::min(encoded.size(), kCutOff[padded.size() % 3]));
    SigmaValue value;
    value.kind = Kind::Contains;
    value.case_matters = true;
    value.text = encoded.substr(std::min(kBegin[offset], encoded.size()));
    values.push_back(std::move(value));
  }
  return values;
}

Result<SigmaValue> one_value(const yaml::Node& node, const SigmaModifiers& modifiers) {
  if (node.is_null()) {
    SigmaValue value;
    value.kind = Kind::Null;
    return value;
  }
  const auto text = scalar_text(node);
  if (!text) return fail("a value must be a text, a number, true, false or null");
  if (modifiers.exists) {
    if (*text != "true" && *text != "false") return fail("exists wants true or false");
    SigmaValue value;
    value.kind = Kind::Exists;
    value.wanted = *text == "true";
    return value;
  }
  if (modifiers.pattern) return pattern_value(*text, modifiers);
  if (modifiers.network) return network_value(*text);
  if (modifiers.comparison) return comparison_value(*text, *modifiers.comparison);
  if (modifiers.field_reference) {
    SigmaValue value;
    value.kind = Kind::Field;
    value.text = *text;
    return value;
  }
  if (modifiers.base64) {
    SigmaValue value = text_value("", modifiers);
    value.text = base64_encode(*text);
    value.case_matters = true;
    return value;
  }
  SigmaValue value = text_value(*text, modifiers);
  if (node.number() != nullptr && value.kind == Kind::Equals) {
    if (auto number = comparison_value(*text, Kind::Equals)) value.number = number->number;
  }
  return value;
}

}  // namespace

SigmaText read_sigma_text(std::string_view text) {
  SigmaText read;
  const auto literal = [&read](char c) {
    read.literal += c;
    if (c == '*' || c == '?' || c == '[' || c == '\\') read.glob += '\\';
    read.glob += c;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
      literal(next);
      ++i;
    } else if (c == '*' || c == '?') {
      read.wildcards = true;
      read.glob += c;
    } else {
      literal(c);
    }
  }
  return read;
}

Result<SigmaModifiers> read_modifiers(std::string_view text) {
  SigmaModifiers modifiers;
  for (const std::string_view name :
       text.empty() ? std::vector<std::string_view>{} : split(text, '|')) {
    if (set_modifier(modifiers, name)) continue;
    const std::string_view near = nearest_modifier(name);
    return fail("there is no modifier " + go_quoted(name) +
                (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
  }
  return modifiers;
}

Result<std::vector<SigmaValue>> read_sigma_value(const yaml::Node& node,
                                                 const SigmaModifiers& modifiers) {
  std::vector<SigmaValue> values;
  const auto text = scalar_text(node);
  if (modifiers.base64_offset && text) {
    values = base64_values(*text);
  } else {
    auto value = one_value(node, modifiers);
    if (!value) return tl::unexpected(value.error());
    values.push_back(*std::move(value));
  }
  for (SigmaValue& value : values) {
    value.written = text.value_or("null");
    value.case_matters = value.case_matters || modifiers.cased;
    value.line = node.position.line;
  }
  return values;
}

}  // namespace kaudit::audit::rules
