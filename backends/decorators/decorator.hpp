#pragma once

#include <memory>
#include <string>
#include <utility>

#include "audit/sink.hpp"

namespace kaudit::backends {

/// A backend around another one, which it owns and passes everything on to: what a decorator adds
/// it adds by overriding. Thread safety is the delegate's.
class Decorator : public audit::Backend {
 public:
  explicit Decorator(std::unique_ptr<audit::Backend> delegate) : delegate_(std::move(delegate)) {}

  Result<void> start() override { return delegate_->start(); }
  void shutdown() override { delegate_->shutdown(); }
  void give_up() noexcept override { delegate_->give_up(); }
  Result<void> reopen() override { return delegate_->reopen(); }
  bool may_wait() const noexcept override { return delegate_->may_wait(); }
  void report(audit::Report& to) const override { delegate_->report(to); }

 protected:
  audit::Backend& delegate() noexcept { return *delegate_; }
  const audit::Backend& delegate() const noexcept { return *delegate_; }

 private:
  const std::unique_ptr<audit::Backend> delegate_;
};

}  // namespace kaudit::backends
