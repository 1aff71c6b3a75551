#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/search/evaluation.hpp"
#include "audit/search/expression.hpp"

namespace kaudit::audit::search {

/// A text with fields in it: `%ka.user.name did %ka.verb`. (Falco's output format)
class OutputTemplate {
 public:
  /// Adds the fields that it needs to the set. `%%` is a percent sign; one that no name follows is
  /// itself.
  static ExpressionResult<OutputTemplate> compile(std::string_view text, FieldSet& fields);

  /// The text for the event that the evaluation holds: a list is `(a,b)`, an absent field `<NA>`.
  /// Values may hold anything: what goes to a terminal must be escaped.
  void append_to(std::string& out, Evaluation& event) const;

  /// Those of its fields, in their order.
  std::vector<std::size_t> slots() const;

 private:
  struct Piece {
    std::string text;
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t slot = kNone;  ///< of the field that follows the text
  };
  std::vector<Piece> pieces_;
};

/// A field's values as a text: `a`, `(a,b)`, `<NA>`.
void append_values(std::string& out, const FieldValues& values, const FieldInfo& info);

}  // namespace kaudit::audit::search
