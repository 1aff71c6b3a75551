#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kaudit::policy::lint {

/// The flags of a server that matter when its policy is judged.
struct ServerFlags {
  std::string log_mode;         ///< `--audit-log-mode`; "" when it is not given
  std::string webhook_mode;     ///< `--audit-webhook-mode`
  std::size_t audit_flags = 0;  ///< how many flags of auditing were found, these two among them
};

/// Finds the flags in any text that holds them: a command line, a systemd unit, a static pod's
/// manifest; the `extraArgs` of kubeadm (a map, or a list of names and values), Talos and, as text
/// within text, kind; `kube-apiserver-arg` of k3s and rke2; `kubeAPIServer` of kops
/// (`auditLogMode`); `apiserver.audit-log-mode` of minikube. The last of a repeated flag counts;
/// comments do not, other words are passed over.
ServerFlags find_server_flags(std::string_view text);

}  // namespace kaudit::policy::lint
