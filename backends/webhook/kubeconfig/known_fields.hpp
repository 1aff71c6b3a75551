#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::backends::webhook {

using KnownFields = std::span<const std::string_view>;

// The fields of a kubeconfig. (k8s.io/client-go tools/clientcmd/api/v1)
inline constexpr std::array<std::string_view, 8> kConfigFields = {
    "kind",  "apiVersion", "preferences",     "clusters",
    "users", "contexts",   "current-context", "extensions"};
inline constexpr std::array<std::string_view, 8> kClusterFields = {"server",
                                                                   "tls-server-name",
                                                                   "insecure-skip-tls-verify",
                                                                   "certificate-authority",
                                                                   "proxy-url",
                                                                   "disable-compression",
                                                                   "extensions",
                                                                   "certificate-authority-data"};
inline constexpr std::array<std::string_view, 15> kUserFields = {"client-certificate",
                                                                 "client-certificate-data",
                                                                 "client-key",
                                                                 "client-key-data",
                                                                 "token",
                                                                 "tokenFile",
                                                                 "as",
                                                                 "as-uid",
                                                                 "as-groups",
                                                                 "extensions",
                                                                 "as-user-extra",
                                                                 "username",
                                                                 "password",
                                                                 "auth-provider",
                                                                 "exec"};
inline constexpr std::array<std::string_view, 4> kContextFields = {"cluster", "user", "namespace",
                                                                   "extensions"};

/// What a person should know of a field that is not one of `known`: where it is, and the nearest
/// that there is. `path` is the field's own. Nothing when it is known.
std::optional<std::string> unknown_field(std::string_view key, yaml::Position position,
                                         const std::string& path, KnownFields known);

}  // namespace kaudit::backends::webhook
