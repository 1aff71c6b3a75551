#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::identity {

/// A service account by its place.
struct ServiceAccountName {
  std::string_view ns;  ///< namespace
  std::string_view name;
};

/// `system:serviceaccount:NAMESPACE:NAME`: the user that a service account is. (apiserver
/// pkg/authentication/serviceaccount MakeUsername)
std::string service_account_user(const ServiceAccountName& account);

/// The service account of such a user; nullopt for other users, and for names that no service
/// account can have (SplitUsername). Views into `user`.
std::optional<ServiceAccountName> service_account_of(std::string_view user);

/// system:serviceaccounts and system:serviceaccounts:NAMESPACE (MakeGroupNames).
std::vector<std::string> service_account_groups(std::string_view ns);

}  // namespace kaudit::apiserver::identity
