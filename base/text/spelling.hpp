#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace kaudit {

/// How many letters must be inserted, left out, changed or swapped with their neighbour to make one
/// word of the other, whatever their case. Words longer than 64 bytes are infinitely far apart.
std::size_t edit_distance(std::string_view a, std::string_view b) noexcept;

/// The candidate that the word was most likely meant to be, the first of several; "" when none is
/// near: a third of its letters may be wrong, or `always_near` of them when that is more.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates,
                         std::size_t always_near = 1) noexcept;

}  // namespace kaudit
