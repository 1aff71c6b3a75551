#include "base/yaml/scalar.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/json/json_text.hpp"
#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"
#include "base/text/unicode.hpp"
#include "base/yaml/number.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> kTrue{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse{"n",     "N",     "no",  "No",  "NO", "false",
                                                  "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 3> kNan{".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 6> kInf{".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"};
constexpr std::array<std::string_view, 3> kMinusInf{"-.inf", "-.Inf", "-.INF"};

/// The types a plain scalar may turn out to be; the names are those of YAML's tags.
enum class Type { Null, Bool, Int, Float, Timestamp, Str };

std::string_view tag_name(Type type) noexcept {
  switch (type) {
    case Type::Null:
      return "null";
    case Type::Bool:
      return "bool";
    case Type::Int:
      return "int";
    case Type::Float:
      return "float";
    case Type::Timestamp:
      return "timestamp";
    case Type::Str:
      return "str";
  }
  return "";
}

std::optional<Type> type_of_tag(std::string_view tag) noexcept {
  if (!tag.starts_with(kTagPrefix)) return std::nullopt;
  for (Type type : {Type::Null, Type::Bool, Type::Int, Type::Float, Type::Timestamp, Type::Str}) {
    if (tag.substr(kTagPrefix.size()) == tag_name(type)) return type;
  }
  return std::nullopt;
}

struct Typed {
  Type type;
  Scalar scalar;
};

Scalar string_scalar(std::string_view text) {
  return {std::string(text), std::string(text), false};
}

std::optional<Typed> resolve_word(std::string_view text) {
  const auto is_one_of = [text](const auto& words) {
    return std::ranges::find(words, text) != words.end();
  };

  if (is_one_of(kNull)) {
    return Typed{
        Type::Null,
        {std::monostate{}, fail("unsupported map key of type: %!s(<nil>), key: <nil>"), false}};
  }
  if (is_one_of(kTrue)) return Typed{Type::Bool, {true, "true", false}};
  if (is_one_of(kFalse)) return Typed{Type::Bool, {false, "false", false}};
  if (is_one_of(kNan)) return Typed{Type::Float, {Number{"NaN"}, ".nan", true}};
  if (is_one_of(kInf)) return Typed{Type::Float, {Number{"+Inf"}, ".inf", true}};
  if (is_one_of(kMinusInf)) return Typed{Type::Float, {Number{"-Inf"}, "-.inf", true}};
  return std::nullopt;
}

Typed integer(const Integer& value) {
  std::string text = to_text(value);
  Scalar scalar{Number{text}, text, false};
  const bool past_int64 =
      !value.negative &&
      value.magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (past_int64) scalar.key_text = fail("unsupported map key of type: uint64, key: " + text);
  return {Type::Int, std::move(scalar)};
}

Typed floating(double value) {
  return {Type::Float, {Number{json_number(value)}, float_key_text(value), false}};
}

/// What a plain scalar looks like. `number_text` differs from the text in having no underscores.
Typed resolve_looks(std::string_view text) {
  if (auto word = resolve_word(text)) return *std::move(word);
  const char first = text.front();
  if (first == '.') {
    if (const auto value = parse_float(text)) return floating(*value);
  } else if (first == '+' || first == '-' || is_digit(first)) {
    if (looks_like_timestamp(text)) return {Type::Timestamp, string_scalar(text)};
    std::string digits(text);
    std::erase(digits, '_');
    if (const auto value = parse_integer(digits)) return integer(*value);
    if (const auto value = parse_float(digits)) return floating(*value);
  }
  return {Type::Str, string_scalar(text)};
}

Result<Scalar> resolve_binary(std::string_view text) {
  const auto bytes = base64_decode(text);
  if (!bytes) return fail("!!binary value contains invalid base64 data");
  // The value passes through JSON, which holds no bytes but text.
  return string_scalar(valid_utf8(*bytes));
}

}  // namespace

Result<Scalar> resolve_scalar(std::string_view tag, ScalarStyle style, std::string_view text) {
  if (tag.empty()) {
    return style == ScalarStyle::Plain ? resolve_looks(text).scalar : string_scalar(text);
  }
  if (tag.starts_with(kTagPrefix) && tag.substr(kTagPrefix.size()) == "binary") {
    return resolve_binary(text);
  }
  const auto wanted = type_of_tag(tag);
  if (!wanted || *wanted == Type::Str) return string_scalar(text);
  Typed found = resolve_looks(text);
  if (found.type == *wanted || (*wanted == Type::Float && found.type == Type::Int)) {
    return found.scalar;
  }
  return fail("cannot decode !!" + std::string(tag_name(found.type)) + " `" + std::string(text) +
              "` as a !!" + std::string(tag_name(*wanted)));
}

}  // namespace kaudit::yaml
