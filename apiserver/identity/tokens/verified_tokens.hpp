#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "apiserver/identity/tokens/jwt.hpp"
#include "audit/event.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::identity {

/// What never changes of a token whose signature is good. Whether it is still accepted does.
struct VerifiedToken {
  TokenClaims claims;
  audit::SharedUser user;  ///< with the group of all who are authenticated
};
using VerifiedTokenPtr = std::shared_ptr<const VerifiedToken>;

/// The tokens that were used last, by their text, so that the signature of each is checked once.
/// Only tokens with a good signature may come in: strangers can neither fill it nor choose what
/// its hashes collide on. Any thread.
class VerifiedTokens {
 public:
  /// So many are remembered for sure, and at most twice as many.
  static constexpr std::size_t kRemembered = 500;
  /// A longer one is not remembered.
  static constexpr std::size_t kLongest = 4096;

  /// Null when it is not remembered.
  VerifiedTokenPtr find(std::string_view token);
  void add(std::string_view token, VerifiedTokenPtr verified);

 private:
  /// A token ends with its signature, whose last bytes are as good as random.
  struct HashOfSignature {
    using is_transparent = void;
    std::size_t operator()(std::string_view token) const noexcept {
      constexpr std::size_t kBytes = 24;
      if (token.size() > kBytes) token.remove_prefix(token.size() - kBytes);
      return std::hash<std::string_view>()(token);
    }
  };
  using Map = std::unordered_map<std::string, VerifiedTokenPtr, HashOfSignature, std::equal_to<>>;

  static VerifiedTokenPtr find_in(const Map& map, std::string_view token);

  SharedMutex mutex_;
  // Once `latest_` is full, it takes the place of `earlier_`: what was not used meanwhile goes.
  Map latest_ KAUDIT_GUARDED_BY(mutex_);
  Map earlier_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::identity
