#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace kaudit::apiserver::objects::patch {

/// Why a patch is refused, in the real server's words, and with which HTTP code it says so.
struct PatchError {
  enum class Kind : std::uint16_t {
    Malformed = 400,     ///< not a patch of its kind
    TooLarge = 413,      ///< has too many operations
    DoesNotApply = 422,  ///< is one, but not for this object
    Unforeseen = 500,    ///< the library's other errors, which a real server does not interpret
  };
  Kind kind;
  std::string message;

  int code() const noexcept { return static_cast<int>(kind); }
};

template <typename T>
using PatchResult = tl::expected<T, PatchError>;

inline tl::unexpected<PatchError> refuse_patch(PatchError::Kind kind, std::string message) {
  return tl::unexpected<PatchError>(PatchError{kind, std::move(message)});
}

}  // namespace kaudit::apiserver::objects::patch
