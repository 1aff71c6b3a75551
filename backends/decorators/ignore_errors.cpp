#include "backends/decorators/ignore_errors.hpp"

namespace kaudit::backends {

bool IgnoreErrors::process(std::span<const audit::EventPtr> events) {
  delegate().process(events);
  return true;
}

bool IgnoreErrors::process_passing(const audit::Event& event) {
  passing_->process_passing(event);
  return true;
}

std::string IgnoreErrors::describe() const { return "ignoreErrors<" + delegate().describe() + ">"; }

}  // namespace kaudit::backends
