#pragma once

#include <string>
#include <string_view>

namespace kaudit::policy::lint {

/// What a policy is judged by of the flags of the server that it is for.
struct ServerFlags {
  std::string log_mode;      ///< `--audit-log-mode`; "" when it is not given
  std::string webhook_mode;  ///< `--audit-webhook-mode`
};

/// Finds the flags in any text that holds them: a command line, a systemd unit, a pod's manifest.
/// The last of a repeated flag counts; other words are passed over.
ServerFlags find_server_flags(std::string_view text);

}  // namespace kaudit::policy::lint
