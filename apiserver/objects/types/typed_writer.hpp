#pragma once

#include <cstddef>
#include <string>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// How much JSON an object may become; a body of a few megabytes that asks for defaults can ask for
/// a hundred times its size.
inline constexpr std::size_t kMostJsonBytes = 16 * 1024 * 1024;

/// Appends the value as compact JSON, as Go's encoding/json writes it: members in the order of the
/// struct, maps by the bytes of their keys, empty members left out by their types' rules. Without
/// recursion. Error: a value that has no JSON (NaN, RawExtension with bad JSON from protobuf), or
/// too much of it.
Result<void> append_canonical(std::string& out, const Type& type, const Value& value);

/// The tree of that JSON.
Result<Json> canonical_tree(const Type& type, const Value& value);

}  // namespace kaudit::apiserver::objects
