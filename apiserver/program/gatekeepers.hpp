#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/program/program_options.hpp"
#include "apiserver/store/store.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// Who says who sent a request, and whether they may. Empty where something was wrong.
struct Gatekeepers {
  std::shared_ptr<const identity::ServiceAccountTokens> accounts;
  identity::Authenticators authenticators;
  std::shared_ptr<const authz::Authorizer> authorizer;
};

/// Makes them as the flags say, which may switch requests without a credential off in `options`.
/// `roles` are those of the store, which also has what tokens are bound to. `ca_pem` is the CA of
/// the server's own client certificates; "" (it could not be made): no authenticators.
Gatekeepers make_gatekeepers(ProgramOptions& options,
                             const std::shared_ptr<authz::rbac::Index>& roles,
                             const std::shared_ptr<store::Store>& store,
                             const std::filesystem::path& cert_folder, const std::string& ca_pem,
                             std::vector<Error>& errors);

}  // namespace kaudit::apiserver::program
