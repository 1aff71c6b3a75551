#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// A resource quantity as Kubernetes writes it after reading it: a text that looks canonical stays
/// as it is (`+5`, `1E3`, `01Ki`), others become canonical (`0.5` -> `500m`, `1024Mi` -> `1Gi`),
/// with nanos as the smallest unit, rounded away from zero. Error: Go's text. Takes time and memory
/// in proportion to the text, whatever its exponent. (apimachinery pkg/api/resource ParseQuantity)
Result<std::string> canonical_quantity(std::string_view text);

/// True of most texts that canonical_quantity() leaves as they are, false of all others: it takes
/// no memory.
bool is_plainly_canonical(std::string_view text) noexcept;

}  // namespace kaudit::apiserver::objects
