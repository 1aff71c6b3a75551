#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace kaudit::policy::lint {

/// Equal but for the case of ASCII letters.
bool same_letters(std::string_view a, std::string_view b) noexcept;

/// How many letters must be inserted, left out, changed or swapped with their neighbour to make one
/// word of the other, whatever their case. Words longer than 64 bytes are infinitely far apart.
std::size_t distance(std::string_view a, std::string_view b) noexcept;

/// The candidate that the word was most likely meant to be, or "" when none is near (a third of its
/// letters may be wrong).
std::string_view nearest(std::string_view word,
                         std::span<const std::string_view> candidates) noexcept;

}  // namespace kaudit::policy::lint
