#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "audit/counters.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/sink.hpp"
#include "backends/decorators/decorator.hpp"
#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// What the bytes of a batch are.
enum class BatchForm : std::uint8_t {
  Lines,  ///< a line of JSON each, as a log writes them
  List,   ///< one EventList, as a webhook posts it
};

struct TruncateSettings {
  std::size_t max_event_bytes = 0;  ///< of an event as a line, its newline included
  std::size_t max_batch_bytes = 0;  ///< of all that one process() of the delegate writes
  BatchForm form = BatchForm::Lines;
  audit::DeliveryTrace trace{};
};

struct TruncateFigures {
  std::atomic<std::uint64_t> truncated{0};  ///< events that lost their bodies
  std::atomic<std::uint64_t> discarded{0};  ///< events that were too large even so
  std::atomic<std::uint64_t> splits{0};     ///< of batches, in two
};

/// Keeps events and batches below limits (audit-semantics 6.3, 8.1, 8.4): a large event of level
/// Request or RequestResponse goes on as a copy without its bodies, annotated
/// `audit.k8s.io/truncated`; one that is too large even so is discarded, counted under plugin
/// `truncate` and logged; a batch that is too large goes on in parts. Exactly at a limit passes. In
/// a list, whose frame takes bytes too, an event that would pass the batch's limit alone is as good
/// as too large.
///
/// Any thread. Owns the delegate. Sizes are known by encoding, which is kept for the delegate.
/// (k8s.io/apiserver plugin/pkg/audit/truncate)
class Truncate final : public Decorator {
 public:
  Truncate(std::unique_ptr<audit::Backend> delegate, const TruncateSettings& settings,
           audit::Counters& counters, SteadyClock clock = std::chrono::steady_clock::now);

  void shutdown() override;
  bool process(std::span<const audit::EventPtr> events) override;
  std::string describe() const override { return "truncate<" + delegate().describe() + ">"; }
  void report(audit::Report& to) const override;

  const TruncateFigures& figures() const noexcept { return figures_; }

 private:
  bool split(std::span<const audit::EventPtr> events);
  bool fits(const audit::Event& event) const;
  audit::EventPtr cut_down(const audit::EventPtr& event);
  void discard(std::span<const audit::EventPtr> events, std::string_view why);

  const TruncateSettings settings_;
  PluginErrors errors_;
  TruncateFigures figures_;
};

}  // namespace kaudit::backends
