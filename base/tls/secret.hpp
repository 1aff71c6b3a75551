#pragma once

#include <string>
#include <string_view>

namespace kaudit::tls {

/// A secret that nobody guesses: 256 bits as hexadecimal digits. Throws std::runtime_error when
/// there are no random numbers.
std::string random_secret();

/// Whether they are the same, in a time that says nothing of where they differ.
bool same_secret(std::string_view left, std::string_view right) noexcept;

}  // namespace kaudit::tls
