#pragma once

#include "audit/search/evaluation.hpp"
#include "audit/search/expression.hpp"

namespace kaudit::audit::search {

/// The values with something done to each of them; the length is one, of a list its number of
/// elements. New texts are in the arena. What cannot be decoded is left out.
FieldValues transformed(const FieldValues& values, Transform transform, TextArena& arena);
/// As it is written in front of the parenthesis.
std::string_view to_string(Transform transform) noexcept;

}  // namespace kaudit::audit::search
