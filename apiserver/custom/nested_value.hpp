#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::custom {

// Values deep in an object, by the names of the members on the way. Error: Go's text for one of
// another type there or on the way. (apimachinery unstructured.NestedInt64, NestedString)

Result<std::optional<std::int64_t>> nested_integer(const objects::Json& object,
                                                   const std::vector<std::string>& path);
Result<std::optional<std::string>> nested_text(const objects::Json& object,
                                               const std::vector<std::string>& path);

/// Puts a value there; members on the way are made where there are none. Error: one of them is no
/// object. (unstructured.SetNestedField)
Result<void> set_nested(objects::Json& object, const std::vector<std::string>& path,
                        objects::Json value);

}  // namespace kaudit::apiserver::custom
