#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::identity {

/// The users of a static token file: CSV records `token,user name,user uid[,"group,…"]`; further
/// fields are ignored (authentication/token/tokenfile). Immutable; any thread may read it.
class TokenFile {
 public:
  /// As Kubernetes: a record with an empty token is passed over, of a repeated token the last
  /// record counts; warnings() reports both. Error: not CSV, or a record of fewer than three
  /// fields; with its line.
  static Result<TokenFile> parse(std::string_view text);

  /// Null for a token that nobody has.
  const audit::SharedUser* find(std::string_view token) const noexcept;
  /// Changes each user, before anybody has asked for one.
  template <typename Change>
  void for_each_user(Change change) {
    for (auto& [token, user] : users_) change(user);
  }
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  /// Lets find() look for a view without a copy of it.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };

  std::unordered_map<std::string, audit::SharedUser, Hash, std::equal_to<>> users_;
  std::vector<std::string> warnings_;
};

}  // namespace kaudit::apiserver::identity
