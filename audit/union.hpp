#pragma once

#include <memory>
#include <vector>

#include "audit/sink.hpp"

namespace kaudit::audit {

/// Hands every event to each backend in turn; every backend gets it even if an earlier one refused,
/// and the result is true only when all accepted. Starts in order, shuts down in order.
/// (k8s.io/apiserver/pkg/audit Union)
class Union final : public Backend {
 public:
  explicit Union(std::vector<std::unique_ptr<Backend>> backends);

  Result<void> start() override;
  void shutdown() override;
  void give_up() noexcept override;
  bool process(std::span<const EventPtr> events) override;
  bool may_wait() const noexcept override;
  /// Every backend, even if an earlier one failed; the errors of all.
  Result<void> reopen() override;
  std::string describe() const override;
  void report(Report& to) const override;

 private:
  std::vector<std::unique_ptr<Backend>> backends_;
};

/// One backend is itself, several are a Union.
std::unique_ptr<Backend> unite(std::vector<std::unique_ptr<Backend>> backends);

}  // namespace kaudit::audit
