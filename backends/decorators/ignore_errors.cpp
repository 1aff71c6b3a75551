#include "backends/decorators/ignore_errors.hpp"

#include <utility>

namespace kaudit::backends {

IgnoreErrors::IgnoreErrors(std::unique_ptr<audit::Backend> delegate)
    : delegate_(std::move(delegate)) {}

Result<void> IgnoreErrors::start() { return delegate_->start(); }

void IgnoreErrors::shutdown() { delegate_->shutdown(); }

void IgnoreErrors::give_up() noexcept { delegate_->give_up(); }

bool IgnoreErrors::process(std::span<const audit::EventPtr> events) {
  delegate_->process(events);
  return true;
}

bool IgnoreErrors::may_wait() const noexcept { return delegate_->may_wait(); }

std::string IgnoreErrors::describe() const { return "ignoreErrors<" + delegate_->describe() + ">"; }

}  // namespace kaudit::backends
