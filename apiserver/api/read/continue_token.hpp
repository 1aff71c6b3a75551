#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::api {

/// Where the next page of a list begins. (apiserver pkg/storage/continue.go)
struct ContinueToken {
  /// The version of the list that takes a page from a state that may have changed since.
  static constexpr std::int64_t kLatest = -1;

  std::int64_t resource_version = 0;  ///< of the first page, or kLatest
  std::string from;  ///< the first key that is wanted, without the collection's prefix

  /// The token for what comes after a key.
  static ContinueToken after(std::int64_t resource_version, std::string_view key) {
    return {resource_version, std::string(key) + '\0'};
  }
  std::string encode() const;
  /// Error: why it is not a token, in the real server's words.
  static Result<ContinueToken> decode(std::string_view text);
};

}  // namespace kaudit::apiserver::api
