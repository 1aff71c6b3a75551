#pragma once

#include <string>

#include "backends/webhook/kubeconfig/kubeconfig_reader.hpp"
#include "base/client/client_config.hpp"

namespace kaudit::backends::webhook {

/// Loads a kubeconfig and resolves its current context to what a client needs
/// (audit-semantics 6.5). Relative paths are relative to the file. A context without user, or
/// naming an unknown one, is anonymous.
///
/// Errors have the texts of kube-apiserver where it refuses too. Refused on purpose
/// (audit-semantics 8.10, 8.11): exec plugins, auth-providers, and credentials that would travel
/// over http to another machine. (k8s.io/apiserver/pkg/util/webhook LoadKubeconfig)
KubeconfigResult<client::ClientConfig> load_kubeconfig(const std::string& path);

}  // namespace kaudit::backends::webhook
