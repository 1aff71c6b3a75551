#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kaudit::cli {

/// What is wrong with naming this member of an event; nothing when events have it. Of bodies and
/// annotations anything may be.
struct FieldProblem {
  std::string message;
  std::string fix;
};
std::optional<FieldProblem> field_problem(std::string_view path);

/// Why the member can never have this value; nothing when it can.
std::optional<std::string> value_problem(std::string_view path, const std::string& value,
                                         bool ignores_case);

/// Whether requests can have this verb, those for paths included.
bool is_known_verb(std::string_view verb) noexcept;
/// What was likely meant by a verb that does not exist.
std::string meant_verb(std::string_view verb);

}  // namespace kaudit::cli
