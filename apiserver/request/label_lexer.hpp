#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::request {

/// A token of a label selector.
struct LabelToken {
  enum class Kind : std::uint8_t {
    Identifier,
    In,
    NotIn,
    Not,  ///< `!`
    Equals,
    DoubleEquals,
    NotEquals,
    GreaterThan,
    LessThan,
    Comma,
    OpenParenthesis,
    CloseParenthesis,
    End,
  };
  Kind kind = Kind::End;
  std::string_view text;  ///< "" for End
};

/// The tokens of a label selector, End last. White space separates. A NUL byte right after a token
/// is skipped, any other ends the selector. The views are into `text`.
std::vector<LabelToken> label_tokens(std::string_view text);

}  // namespace kaudit::apiserver::request
