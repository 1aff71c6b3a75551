#include "apiserver/identity/service_account_name.hpp"

#include "apiserver/identity/well_known.hpp"
#include "base/text/dns_name.hpp"

namespace kaudit::apiserver::identity {
namespace {

constexpr std::string_view kUserPrefix = "system:serviceaccount:";

}  // namespace

std::string service_account_user(const ServiceAccountName& account) {
  return std::string(kUserPrefix).append(account.ns).append(":").append(account.name);
}

std::optional<ServiceAccountName> service_account_of(std::string_view user) {
  if (!user.starts_with(kUserPrefix)) return std::nullopt;
  user.remove_prefix(kUserPrefix.size());
  const std::size_t colon = user.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const ServiceAccountName account{user.substr(0, colon), user.substr(colon + 1)};
  if (!is_dns_label(account.ns) || !is_dns_subdomain(account.name)) return std::nullopt;
  return account;
}

std::vector<std::string> service_account_groups(std::string_view ns) {
  const std::string all(kServiceAccountsGroup);
  return {all, std::string(all).append(":").append(ns)};
}

}  // namespace kaudit::apiserver::identity
