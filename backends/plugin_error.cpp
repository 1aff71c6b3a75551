#include "backends/plugin_error.hpp"

#include <algorithm>
#include <utility>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "base/logging.hpp"

namespace kaudit::backends {
namespace {

void log_plugin_error(std::string_view plugin, std::span<const audit::EventPtr> events,
                      std::string_view text) {
  std::string lines;
  for (const audit::EventPtr& event : events) {
    lines += '\n';
    audit::append_legacy_line(lines, *event);
    lines.pop_back();
  }
  log_error("Error in audit plugin '{}' affecting {} audit events: {}\nImpacted events:{}", plugin,
            events.size(), text, lines);
}

}  // namespace

void report_plugin_error(audit::Counters& counters, std::string_view plugin,
                         std::span<const audit::EventPtr> events, std::string_view text) {
  counters.count_errors(plugin, events.size());
  log_plugin_error(plugin, events, text);
}

PluginErrors::PluginErrors(std::string plugin, audit::Counters& counters, SteadyClock clock)
    : plugin_(std::move(plugin)), counters_(counters), clock_(std::move(clock)) {}

void PluginErrors::failed(std::span<const audit::EventPtr> events, std::string_view text) {
  count(events.size());
  const Lock lock(mutex_);
  if (begins_burst(events.size(), text)) log_plugin_error(plugin_, events, text);
}

void PluginErrors::failed_lines(std::string_view lines, std::string_view text) {
  const auto events = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  count(events);
  const Lock lock(mutex_);
  if (begins_burst(events, text)) log_plugin_error(plugin_, audit::decode_lines(lines), text);
}

void PluginErrors::count(std::size_t events) {
  counters_.count_errors(plugin_, events);
  events_.fetch_add(events, std::memory_order_relaxed);
}

/// Whether these losses are to be logged now; else they are remembered as untold.
bool PluginErrors::begins_burst(std::size_t events, std::string_view text) {
  const SteadyTime now = clock_();
  if (now < quiet_until_) {
    untold_ += events;
    last_text_ = text;
    anything_untold_.store(true, std::memory_order_relaxed);
    return false;
  }
  tell_untold();
  quiet_until_ = now + kInterval;
  return true;
}

void PluginErrors::succeeded() {
  if (!anything_untold_.load(std::memory_order_relaxed)) return;
  const Lock lock(mutex_);
  // Not at once: a plugin that fails every other time would flood the log too.
  if (clock_() >= quiet_until_) tell_untold();
}

void PluginErrors::flush() {
  const Lock lock(mutex_);
  tell_untold();
}

void PluginErrors::tell_untold() {
  if (untold_ == 0) return;
  log_error("Error in audit plugin '{}' affecting {} more audit events since: {}", plugin_, untold_,
            last_text_);
  untold_ = 0;
  anything_untold_.store(false, std::memory_order_relaxed);
}

}  // namespace kaudit::backends
