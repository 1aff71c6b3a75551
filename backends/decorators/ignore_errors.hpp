#pragma once

#include <memory>
#include <span>
#include <string>

#include "audit/sink.hpp"

namespace kaudit::backends {

/// Says yes whatever the delegate says: in mode `blocking` a failed backend, which has counted and
/// told the loss, never refuses a request. Owns the delegate. (k8s.io/apiserver
/// ignoreErrorsBackend)
class IgnoreErrors final : public audit::Backend {
 public:
  explicit IgnoreErrors(std::unique_ptr<audit::Backend> delegate);

  Result<void> start() override;
  void shutdown() override;
  void give_up() noexcept override;
  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override;
  std::string describe() const override;

 private:
  const std::unique_ptr<audit::Backend> delegate_;
};

}  // namespace kaudit::backends
