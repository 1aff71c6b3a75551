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

void IgnoreErrors::write_line(JsonWriter& writer, const audit::Event& event) const {
  in_lines_->write_line(writer, event);
}

bool IgnoreErrors::deliver_lines(std::string_view lines) {
  in_lines_->deliver_lines(lines);
  return true;
}

std::string IgnoreErrors::describe() const { return "ignoreErrors<" + delegate().describe() + ">"; }

}  // namespace kaudit::backends
