#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::objects::patch {

/// Complaints that strict decoding keeps at most.
inline constexpr std::size_t kMaxComplaints = 100;

/// What strict decoding says of members that an object has twice: `duplicate field "data.a"`, once
/// each, in the order in which they repeat. The text must be valid compact JSON. (sigs.k8s.io/json
/// UnmarshalStrict)
std::vector<std::string> repeated_members(std::string_view compact);

}  // namespace kaudit::apiserver::objects::patch
