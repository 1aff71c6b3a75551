#pragma once

#include <string>

namespace kaudit {

// Finite numbers with the shortest digits that read back as the same value, as Go's strconv writes
// them.

/// `d.ddde+XX` ('e', precision -1); the exponent has two digits or more.
std::string scientific_text(double value);

/// The exponent of what scientific_text() gives.
int exponent_of(const std::string& scientific);

/// What scientific_text() gives with its point where the exponent says ('f'); digits past the
/// shortest are zeros.
std::string without_exponent(const std::string& scientific);

/// With an exponent below 1e-4 and from 1e6 on ('g', precision -1, 32 bits).
std::string general_text(float value);

}  // namespace kaudit
