#pragma once

#include <memory>
#include <optional>
#include <string>

#include "audit/search/event_filter.hpp"

namespace kaudit::cli {

/// A command's `--where EXPR`, asked of one event after the other; without an expression all are
/// wanted. Not thread-safe.
class EventQuestion {
 public:
  /// Nothing when the expression is wrong, which was said on stderr.
  static std::optional<EventQuestion> read(const std::string& expression);

  /// False: it is not an event.
  bool load(std::string_view json) { return evaluation_->load(json); }
  bool matches() { return !filter_ || filter_->matches(*evaluation_); }
  audit::search::EventView& event() { return evaluation_->event(); }

 private:
  std::unique_ptr<audit::search::FieldSet> fields_;  // at a place of its own: others refer to it
  std::optional<audit::search::Filter> filter_;
  std::unique_ptr<audit::search::Evaluation> evaluation_;
};

}  // namespace kaudit::cli
