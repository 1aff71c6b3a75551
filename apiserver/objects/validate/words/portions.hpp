#pragma once

#include <cstdint>

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

// A number of Pods, or a percentage of them (IntOrString). null counts as 0.

/// Not negative, or a percentage. (kubernetes ValidatePositiveIntOrPercent)
void check_portion(const FieldPath& path, const Json* portion, Findings& findings);
/// Not more than 100%.
void check_at_most_all(const FieldPath& path, const Json* portion, Findings& findings);
/// The number, or that before the `%`.
std::int64_t portion_value(const Json* portion) noexcept;
Shown shown_portion(const Json* portion);

}  // namespace kaudit::apiserver::objects::validate
