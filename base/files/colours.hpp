#pragma once

#include <cstdio>

namespace kaudit {

/// Whether what is printed there may have colours: it is a terminal that has them, and NO_COLOR
/// does not say otherwise.
bool takes_colours(std::FILE* to) noexcept;

}  // namespace kaudit
