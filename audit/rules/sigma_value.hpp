#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text/ip_address.hpp"
#include "base/yaml/node.hpp"

namespace re2 {
class RE2;
}

namespace kaudit::audit::rules {

/// What a value of a Sigma detection asks of a field's text. Case is ignored unless it says
/// otherwise. (Sigma specification, modifiers)
struct SigmaValue {
  enum class Kind : std::uint8_t {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    Wildcards,  ///< `*` and `?`
    Pattern,    ///< a regular expression, found anywhere
    Network,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Null,    ///< the field is not there
    Exists,  ///< the field is there, whatever it is
    Field,   ///< another field has the same text
  };

  Kind kind = Kind::Equals;
  std::string text;     ///< as the rule has it; of Wildcards the glob
  std::string written;  ///< for people
  bool case_matters = false;
  bool wanted = true;  ///< of Exists: whether it must be there
  std::optional<double> number;
  std::shared_ptr<const re2::RE2> pattern;
  std::optional<IpAddress> network;
  std::size_t network_bits = 0;
  int line = 0;

  bool matches(std::string_view field_text) const;
};

/// How values are to be compared, from a field's modifiers.
struct SigmaModifiers {
  bool contains = false;
  bool starts_with = false;
  bool ends_with = false;
  bool all = false;
  bool pattern = false;
  bool pattern_ignores_case = false;
  bool pattern_multiline = false;
  bool pattern_dot_all = false;
  bool network = false;
  bool exists = false;
  bool cased = false;
  bool negated = false;
  bool base64 = false;
  bool base64_offset = false;
  bool field_reference = false;
  std::optional<SigmaValue::Kind> comparison;
};

/// Reads `contains|all`, without the field. Error: one that does not exist, with the nearest.
Result<SigmaModifiers> read_modifiers(std::string_view text);

/// The value of a detection's field; several for base64offset. Error: it does not go with the
/// modifiers.
Result<std::vector<SigmaValue>> read_sigma_value(const yaml::Node& node,
                                                 const SigmaModifiers& modifiers);

}  // namespace kaudit::audit::rules
