#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backends/backend_options.hpp"

namespace kaudit::backends {

/// `--audit-log-*`. The backend is off while `path` is empty.
class LogOptions final : public BackendOptions {
 public:
  explicit LogOptions(std::string name = "log")
      : BackendOptions(std::move(name), {"the log is written", "written"}) {}

  bool is_on() const override { return !path.empty(); }
  bool takes_standard_output() const override { return path == "-"; }
  Result<std::unique_ptr<audit::Backend>> open(const BackendContext& context) const override;
  /// An unusable path is an error even then, as in kube-apiserver.
  Result<void> check_without_policy() const override;

  std::string path;  ///< `-` is standard output
  std::string format = "json";
  std::int64_t max_age_days = 366;
  std::int64_t max_backups = 100;
  std::int64_t max_size_mb = 100;
  bool compress = false;
  std::string sync = "never";

 private:
  void add_own_flags(FlagSet& flags) override;
  void check_own(std::vector<Error>& errors) const override;
};

}  // namespace kaudit::backends
