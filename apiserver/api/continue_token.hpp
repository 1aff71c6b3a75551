#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/base/result.hpp"

namespace kaudit::apiserver::api {

/// Where the next page of a list begins. (apiserver pkg/storage/continue.go)
struct ContinueToken {
  std::uint64_t resource_version = 0;  ///< of the first page
  std::string last;  ///< the last key of the page before, without the collection's prefix

  std::string encode() const;
  /// Error: why the token is none, in the real server's words.
  static Result<ContinueToken> decode(std::string_view text);
};

}  // namespace kaudit::apiserver::api
