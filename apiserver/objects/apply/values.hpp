#pragma once

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

// Values as structured-merge-diff sees them: numbers by what they are worth (1 equals 1.0), members
// in any order.

bool same_value(const Json& a, const Json& b);

/// Orders scalars: numbers, texts, booleans, null; what nests comes last, by its text. Negative,
/// zero, positive.
int compare_values(const Json& a, const Json& b);

}  // namespace kaudit::apiserver::objects::apply
