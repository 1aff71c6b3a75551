#include "apiserver/identity/tokens/verified_tokens.hpp"

#include <utility>

namespace kaudit::apiserver::identity {

VerifiedTokenPtr VerifiedTokens::find(std::string_view token) {
  VerifiedTokenPtr found;
  {
    const ReaderLock lock(mutex_);
    if ((found = find_in(latest_, token))) return found;
    found = find_in(earlier_, token);
  }
  // A stranger's token, which is in neither, keeps nobody else from looking.
  if (found) add(token, found);
  return found;
}

void VerifiedTokens::add(std::string_view token, VerifiedTokenPtr verified) {
  if (token.size() > kLongest) return;
  const WriterLock lock(mutex_);
  if (latest_.size() == kRemembered) earlier_ = std::exchange(latest_, {});
  latest_.insert_or_assign(std::string(token), std::move(verified));
}

VerifiedTokenPtr VerifiedTokens::find_in(const Map& map, std::string_view token) {
  const auto found = map.find(token);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace kaudit::apiserver::identity
