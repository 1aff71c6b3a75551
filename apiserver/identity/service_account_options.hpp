#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apiserver/identity/bound_objects.hpp"
#include "apiserver/identity/service_account_tokens.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::identity {

/// How long the tokens of service accounts last.
struct TokenLifetimes {
  std::chrono::seconds longest{0};  ///< 0: as long as they ask for
  /// Whether a Pod's token that asks for 3607 s, as kubelets do, lasts a year and is only warned of
  /// in events after its hour.
  bool extended = true;
};

/// The flags of service accounts, as kube-apiserver has them.
class ServiceAccountOptions {
 public:
  void add_flags(FlagSet& flags);
  std::vector<Error> validate() const;

  TokenLifetimes lifetimes() const noexcept;

  /// Reads the keys, or makes `sa.key` and `sa.pub` in the folder when no flag names any and they
  /// are not there. Error: the flag, the file and what is wrong with it.
  Result<std::shared_ptr<const ServiceAccountTokens>> make_tokens(
      const std::filesystem::path& folder, std::shared_ptr<const BoundObjects> objects) const;

 private:
  Result<std::vector<TokenKey>> verifying_keys() const;
  Result<TokenKey> own_key(const std::filesystem::path& folder) const;

  std::vector<std::string> issuers_{"https://kubernetes.default.svc.cluster.local"};
  std::vector<std::string> key_files_;
  std::string signing_key_file_;
  std::vector<std::string> api_audiences_;
  std::chrono::nanoseconds max_expiration_{0};
  bool extend_expiration_ = true;
};

}  // namespace kaudit::apiserver::identity
