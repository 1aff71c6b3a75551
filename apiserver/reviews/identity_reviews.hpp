#pragma once

#include <memory>
#include <vector>

#include "apiserver/identity/service_account_options.hpp"
#include "apiserver/identity/service_account_tokens.hpp"
#include "apiserver/identity/token_authenticator.hpp"
#include "apiserver/reviews/virtual_resource.hpp"

namespace kaudit::apiserver::reviews {

/// What the reviews about who somebody is work with.
struct IdentityReviews {
  std::shared_ptr<const identity::ServiceAccountTokens> accounts;
  identity::TokenLifetimes lifetimes;
  std::shared_ptr<const identity::TokenAuthenticator> tokens;  ///< of every kind
};

/// The rows of serviceaccounts/token (kubernetes
/// pkg/registry/core/serviceaccount/storage/token.go), tokenreviews and selfsubjectreviews
/// (pkg/registry/authentication).
std::vector<VirtualResource> identity_reviews(IdentityReviews with);

/// One function each.
api::Handled request_token(const IdentityReviews& with, api::Call& call);
api::Handled review_token(const IdentityReviews& with, api::Call& call);
api::Handled review_self(api::Call& call);

}  // namespace kaudit::apiserver::reviews
