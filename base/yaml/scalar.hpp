#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// How a scalar was written: plain text is resolved by its looks, quoted and block text is always a
/// string.
enum class ScalarStyle : std::uint8_t { Plain, Quoted };

/// What a scalar means. As a mapping's key it becomes `key_text`, which for numbers is not always
/// its JSON text.
struct Scalar {
  std::variant<std::monostate, bool, Number, std::string> value;
  /// The key in the JSON object; absent when Kubernetes takes no such key (null, numbers past
  /// int64).
  Result<std::string> key_text;
  bool not_a_json_value = false;  ///< an infinity or NaN: fine as a key, refused as a value
};

/// Resolves a scalar by the rules of YAML 1.1 as go-yaml v2 reads them, which Kubernetes uses:
/// `yes`, `on`, `y` are booleans, `017`, `0x1F`, `0b1`, `1_000` are integers, `~` is null; times
/// and sexagesimals stay strings. `tag` is empty or the full tag (`tag:yaml.org,2002:int`); a value
/// that does not fit its tag is an error.
Result<Scalar> resolve_scalar(std::string_view tag, ScalarStyle style, std::string_view text);

}  // namespace kaudit::yaml
