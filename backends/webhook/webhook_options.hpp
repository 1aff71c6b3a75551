#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "backends/backend_options.hpp"

namespace kaudit::backends {

/// `--audit-webhook-*`. The backend is off while `config_file` is empty.
class WebhookOptions final : public BackendOptions {
 public:
  explicit WebhookOptions(std::string name = "webhook");

  bool is_on() const override { return !config_file.empty(); }
  BatchForm form() const override { return BatchForm::List; }
  Result<std::unique_ptr<audit::Backend>> open(const BackendContext& context) const override;

  std::string config_file;
  std::chrono::nanoseconds initial_backoff = std::chrono::seconds(10);

 private:
  void add_own_flags(FlagSet& flags) override;
  void check_own(std::vector<Error>& errors) const override;
};

}  // namespace kaudit::backends
