#pragma once

#include <span>
#include <string>

#include "backends/decorators/decorator.hpp"

namespace kaudit::backends {

/// Says yes whatever the delegate says: in mode `blocking` a failed backend, which has counted and
/// logged the loss, never refuses a request. Owns the delegate. (k8s.io/apiserver
/// ignoreErrorsBackend)
class IgnoreErrors final : public Decorator {
 public:
  using Decorator::Decorator;

  bool process(std::span<const audit::EventPtr> events) override;
  std::string describe() const override;
};

}  // namespace kaudit::backends
