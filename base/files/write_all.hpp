#pragma once

#include <string_view>

namespace kaudit {

/// Writes all bytes to a descriptor, however many calls that takes; signals do not end it. 0, or
/// the errno of what failed. For descriptors that block.
int write_all(int descriptor, std::string_view bytes) noexcept;

}  // namespace kaudit
