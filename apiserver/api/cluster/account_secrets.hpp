#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"

namespace kaudit::apiserver::api {

// What the controller of service accounts' tokens does for Secrets of type
// kubernetes.io/service-account-token: it gives them `token`, `ca.crt` and `namespace`, and the uid
// of their account as an annotation. A Secret that comes before its account waits for it; in a real
// cluster it would be deleted. (kubernetes pkg/controller/serviceaccount TokensController)

/// Completes the Secret, if it is one of those and its account exists.
boost::asio::awaitable<void> complete_account_secret(const ApiOptions& options, std::string ns,
                                                     std::string name);
/// Completes those that have waited for the account.
boost::asio::awaitable<void> complete_secrets_of(const ApiOptions& options, std::string ns,
                                                 std::string account);

}  // namespace kaudit::apiserver::api
