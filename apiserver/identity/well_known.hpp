#pragma once

#include <string_view>

namespace kaudit::apiserver::identity {

// Names that Kubernetes gives a meaning (k8s.io/apiserver/pkg/authentication/user).
constexpr std::string_view kAnonymousUser = "system:anonymous";
constexpr std::string_view kAuthenticatedGroup = "system:authenticated";
constexpr std::string_view kUnauthenticatedGroup = "system:unauthenticated";
constexpr std::string_view kPrivilegedGroup = "system:masters";

/// Key of the extra that says with which credential a user came.
constexpr std::string_view kCredentialIdKey = "authentication.kubernetes.io/credential-id";

}  // namespace kaudit::apiserver::identity
