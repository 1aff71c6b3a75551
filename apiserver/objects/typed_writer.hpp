#pragma once

#include <string>

#include "apiserver/objects/typed_value.hpp"
#include "apiserver/objects/types.hpp"
#include "audit/base/result.hpp"

namespace kaudit::apiserver::objects {

/// Appends the value as compact JSON, as Go's encoding/json writes it: members in the order of the
/// struct, maps by the bytes of their keys, empty members left out by their types' rules. Without
/// recursion. Error: a value that has no JSON (NaN, RawExtension with bad JSON from protobuf).
Result<void> append_canonical(std::string& out, const Type& type, const Value& value);

}  // namespace kaudit::apiserver::objects
