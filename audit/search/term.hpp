#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/search/field.hpp"

namespace kaudit::audit::search {

/// What is made of other terms. (libsinsp's transformers)
enum class Function : std::uint8_t { Lower, Upper, Base64, BaseName, Length, Join, Concat };

std::string_view to_string(Function function) noexcept;
/// All of them, for messages.
std::span<const Function> all_functions() noexcept;

/// One side of a check: `ka.user.name`, `tolower(ka.user.name)`, `concat(ka.user.name, "/")`.
struct Term {
  enum class Kind : std::uint8_t {
    Field,
    Text,  ///< in quotes, within a function
    List,  ///< in parentheses, within join
    Call,
  };

  Kind kind = Kind::Field;
  FieldUse field;           ///< Field
  std::string text;         ///< Text
  Function function{};      ///< Call
  std::vector<Term> parts;  ///< List: its elements; Call: the arguments
};

/// Whether it has any number of texts, and not one.
bool is_list(const Term& term) noexcept;
/// Whether it is a length, which is compared as a number by Falco, too.
bool is_number(const Term& term) noexcept;
/// The fields in it; where one of them is absent, so is the whole.
std::vector<const FieldUse*> fields_of(const Term& term);
/// As it is written.
std::string text_of(const Term& term);
/// A text in quotes.
void append_quoted(std::string& out, std::string_view text);

}  // namespace kaudit::audit::search
