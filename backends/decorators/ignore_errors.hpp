#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "backends/decorators/decorator.hpp"

namespace kaudit::backends {

/// Says yes whatever the delegate says: in mode `blocking` a failed backend, which has counted and
/// logged the loss, never refuses a request. Owns the delegate. (k8s.io/apiserver
/// ignoreErrorsBackend)
class IgnoreErrors final : public Decorator, public audit::PassingSink {
 public:
  explicit IgnoreErrors(std::unique_ptr<audit::Backend> delegate)
      : Decorator(std::move(delegate)), passing_(this->delegate().passing()) {}

  bool process(std::span<const audit::EventPtr> events) override;
  audit::PassingSink* passing() noexcept override { return passing_ == nullptr ? nullptr : this; }
  bool process_passing(const audit::Event& event) override;
  std::string describe() const override;

 private:
  audit::PassingSink* const passing_;  ///< the delegate's
};

}  // namespace kaudit::backends
