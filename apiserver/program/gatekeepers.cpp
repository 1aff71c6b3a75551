#include "apiserver/program/gatekeepers.hpp"

#include <utility>

#include "apiserver/reviews/stored_objects.hpp"

namespace kaudit::apiserver::program {

Gatekeepers make_gatekeepers(ProgramOptions& options,
                             const std::shared_ptr<authz::rbac::Index>& roles,
                             const std::shared_ptr<store::Store>& store,
                             const std::filesystem::path& cert_folder, const std::string& ca_pem,
                             std::vector<Error>& errors) {
  Gatekeepers keepers;
  const AuthorizationOptions& authorization = options.server.authorization;
  authorization.apply_to(options.server.authentication);
  if (auto authorizer = authz::make_authorizer(
          authorization.modes, std::make_shared<authz::rbac::RbacAuthorizer>(roles))) {
    keepers.authorizer = *authorizer;
  } else {
    errors.push_back(authorizer.error());
  }
  if (ca_pem.empty()) return keepers;
  // Tokens before authenticators, which take them.
  if (auto accounts = options.service_accounts.make_tokens(
          cert_folder, std::make_shared<const reviews::StoredObjects>(store))) {
    keepers.accounts = *std::move(accounts);
  } else {
    errors.push_back(accounts.error());
    return keepers;
  }
  if (auto authenticators =
          identity::make_authenticator(options.server.authentication, ca_pem, keepers.accounts)) {
    keepers.authenticators = *std::move(authenticators);
  } else {
    for (const Error& error : authenticators.error()) errors.push_back(error);
  }
  return keepers;
}

}  // namespace kaudit::apiserver::program
