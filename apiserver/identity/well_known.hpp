#pragma once

#include <string_view>

namespace kaudit::apiserver::identity {

// Names that Kubernetes gives a meaning (k8s.io/apiserver/pkg/authentication/user).
constexpr std::string_view kAnonymousUser = "system:anonymous";
constexpr std::string_view kAuthenticatedGroup = "system:authenticated";
constexpr std::string_view kUnauthenticatedGroup = "system:unauthenticated";
constexpr std::string_view kPrivilegedGroup = "system:masters";
constexpr std::string_view kNodesGroup = "system:nodes";
constexpr std::string_view kServiceAccountsGroup = "system:serviceaccounts";

/// Key of the extra that says with which credential a user came.
constexpr std::string_view kCredentialIdKey = "authentication.kubernetes.io/credential-id";

// Keys of the extra that say what a service account's token is bound to
// (apiserver/pkg/authentication/serviceaccount).
constexpr std::string_view kPodNameKey = "authentication.kubernetes.io/pod-name";
constexpr std::string_view kPodUidKey = "authentication.kubernetes.io/pod-uid";
constexpr std::string_view kNodeNameKey = "authentication.kubernetes.io/node-name";
constexpr std::string_view kNodeUidKey = "authentication.kubernetes.io/node-uid";

}  // namespace kaudit::apiserver::identity
