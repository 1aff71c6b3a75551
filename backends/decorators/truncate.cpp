#include "backends/decorators/truncate.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "audit/encoder.hpp"
#include "audit/level.hpp"
#include "audit/report.hpp"

namespace kaudit::backends {
namespace {

constexpr std::string_view kTooLarge = "too_large";

/// The bytes of a batch that grows.
class BatchSize {
 public:
  explicit BatchSize(BatchForm form) : form_(form) {}

  /// The size if this event came to it.
  std::size_t size_with(const audit::Event& event) const {
    switch (form_) {
      case BatchForm::Lines:
        return bytes_ + audit::line_size(event);
      case BatchForm::List:
        return (events_ == 0 ? audit::kEventListFrame : bytes_ + 1) + audit::item_size(event);
    }
    return bytes_;
  }
  void add(const audit::Event& event) {
    bytes_ = size_with(event);
    ++events_;
  }

 private:
  BatchForm form_;
  std::size_t events_ = 0;
  std::size_t bytes_ = 0;
};

bool has_bodies_by_level(const audit::Event& event) {
  const auto level = audit::parse_level(event.level);
  return level && *level >= audit::Level::Request;
}

audit::EventPtr without_bodies(const audit::Event& event) {
  auto copy = std::make_shared<audit::Event>(event);
  copy->request_object = {};
  copy->response_object = {};
  copy->annotations.set("audit.k8s.io/truncated", "true");
  return copy;
}

}  // namespace

Truncate::Truncate(std::unique_ptr<audit::Backend> delegate, const TruncateSettings& settings,
                   audit::Counters& counters, SteadyClock clock)
    : Decorator(std::move(delegate)),
      settings_(settings),
      errors_("truncate", counters, std::move(clock)) {}

void Truncate::shutdown() {
  Decorator::shutdown();
  errors_.flush();
}

void Truncate::report(audit::Report& to) const {
  to.counter("audit_truncated_events_total", "Events that lost their bodies for being too large.",
             figures_.truncated);
  to.counter("audit_split_batches_total", "Batches that were too large and cut in two.",
             figures_.splits);
  to.lost(kTooLarge, figures_.discarded);
  Decorator::report(to);
}

bool Truncate::process(std::span<const audit::EventPtr> events) try {
  return split(events);
} catch (const std::exception& error) {  // no memory to encode
  discard(events, error.what());
  return false;
}

void Truncate::discard(std::span<const audit::EventPtr> events, std::string_view why) {
  figures_.discarded.fetch_add(events.size(), std::memory_order_relaxed);
  settings_.trace.lost(events, kTooLarge);
  errors_.failed(events, why);
}

bool Truncate::split(std::span<const audit::EventPtr> events) {
  std::vector<audit::EventPtr> batch;
  batch.reserve(events.size());
  std::vector<audit::EventPtr> discarded;
  BatchSize size(settings_.form);
  bool accepted = true;
  for (const audit::EventPtr& original : events) {
    const audit::EventPtr event = fits(*original) ? original : cut_down(original);
    if (!event) {
      discarded.push_back(original);
      continue;
    }
    if (!batch.empty() && size.size_with(*event) > settings_.max_batch_bytes) {
      figures_.splits.fetch_add(1, std::memory_order_relaxed);
      accepted = delegate().process(batch) && accepted;
      batch.clear();
      size = BatchSize(settings_.form);
    }
    size.add(*event);
    batch.push_back(event);
  }
  if (!batch.empty()) accepted = delegate().process(batch) && accepted;
  if (discarded.empty()) {
    errors_.succeeded();
  } else {
    discard(discarded, "event is too large even after truncating");
  }
  return accepted;
}

bool Truncate::fits(const audit::Event& event) const {
  return audit::line_size(event) <= settings_.max_event_bytes &&
         BatchSize(settings_.form).size_with(event) <= settings_.max_batch_bytes;
}

/// The event in a size that fits; null: there is none.
audit::EventPtr Truncate::cut_down(const audit::EventPtr& event) {
  if (!has_bodies_by_level(*event)) return nullptr;
  audit::EventPtr smaller = without_bodies(*event);
  if (!fits(*smaller)) return nullptr;
  figures_.truncated.fetch_add(1, std::memory_order_relaxed);
  settings_.trace.note(audit::DeliveryStep::Truncated, {&event, 1});
  return smaller;
}

}  // namespace kaudit::backends
