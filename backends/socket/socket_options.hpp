#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backends/backend_options.hpp"

namespace kaudit::backends {

/// `--audit-socket-*`, which kube-apiserver does not have. The backend is off while `path` is
/// empty.
class SocketOptions final : public BackendOptions {
 public:
  explicit SocketOptions(std::string name = "socket")
      : BackendOptions(std::move(name), {"events are sent to the socket", "sent"}) {}

  bool is_on() const override { return !path.empty(); }
  Result<std::unique_ptr<audit::Backend>> open(const BackendContext& context) const override;

  std::string path;

 private:
  void add_own_flags(FlagSet& flags) override;
  void check_own(std::vector<Error>& errors) const override;
};

}  // namespace kaudit::backends
