#include "backends/socket/socket_options.hpp"

#include "backends/socket/socket_backend.hpp"

namespace kaudit::backends {

void SocketOptions::add_own_flags(FlagSet& flags) {
  flags.add(flag("path"), &path,
            "The `file` of a Unix stream socket that events are sent to, one JSON line each; "
            "kube-apiserver has no such flag. Empty: no socket.");
}

void SocketOptions::check_own(std::vector<Error>& errors) const {
  if (path.size() <= SocketBackend::kLongestPath) return;
  errors.push_back({"--" + flag("path") + " is longer than the " +
                    std::to_string(SocketBackend::kLongestPath) +
                    " bytes that the path of a socket may have"});
}

Result<std::unique_ptr<audit::Backend>> SocketOptions::open(const BackendContext& context) const {
  return std::make_unique<SocketBackend>(path, context);
}

}  // namespace kaudit::backends
