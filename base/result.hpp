#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace kaudit {

/// Why something was refused: a text for a person, naming the place and where possible the remedy.
struct Error {
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// `return fail("...")` from a function that returns a Result.
inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace kaudit
