#include "cli/log/figures/event_figures.hpp"

#include "cli/log/figures/top_keys.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

/// Verbs and codes are few; what is hostile goes into one row.
constexpr std::size_t kMostRows = 200;

std::optional<std::int64_t> microseconds_of(EventView& event) {
  const auto received = audit::search::time_of(event.part(Part::RequestReceivedTimestamp));
  const auto stage = audit::search::time_of(event.part(Part::StageTimestamp));
  if (!received || !stage) return std::nullopt;
  return (stage->seconds - received->seconds) * 1'000'000 +
         (static_cast<std::int64_t>(stage->nanoseconds) -
          static_cast<std::int64_t>(received->nanoseconds)) /
             1'000;
}

bool before(const Timestamp& a, const Timestamp& b) {
  return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds;
}

}  // namespace

void LogFigures::count_in(std::map<std::string, std::uint64_t>& numbers, const std::string& key) {
  const bool full = numbers.size() >= kMostRows && !numbers.contains(key);
  ++numbers[full ? "others" : key];
}

void LogFigures::add(EventView& event) {
  static const TopKey kResource = read_top_keys("resource")->front();
  ++events;
  bytes += event.json().size() + 1;
  const std::string stage = text_of(event.part(Part::Stage));
  count_in(stages, stage);
  count_in(levels, text_of(event.part(Part::Level)));
  const std::string code = text_of(event.part(Part::ResponseStatus, "code"));
  const bool error = code.size() == 3 && code.front() >= '4';
  std::string resource = kResource.of(event);
  if (resource.empty()) resource = "(no resource)";
  resources.add(resource, {1, error ? 1U : 0U, event.json().size() + 1});
  users.add(text_of(event.part(Part::User, "username")),
            {1, error ? 1U : 0U, event.json().size() + 1});
  if (const auto time = event.time()) {
    if (!first || before(*time, *first)) first = time;
    if (!last || before(*last, *time)) last = time;
  }
  const std::string id = text_of(event.part(Part::AuditId));
  const bool ends = stage == "ResponseComplete" || stage == "Panic" || stage.empty();
  if (!ends) {
    if (!id.empty() && open_.find(id) == nullptr) {
      open_.add(id, Open{}, [this](const Open&) { ++requests, ++unfinished; });
    }
    return;
  }
  open_.erase(id);
  add_request(event, error);
  count_in(codes, code.empty() ? "none" : code);
}

void LogFigures::add_request(EventView& event, bool error) {
  ++requests;
  if (error) ++errors;
  if (const auto time = event.time()) rates.add(time->seconds, error);
  const auto duration = microseconds_of(event);
  if (!duration) return;
  // How long a watch is held says nothing of the server's speed.
  const std::string verb = text_of(event.part(Part::Verb));
  if (verb != "watch") latency.add(*duration);
  constexpr std::size_t kMostVerbs = 32;
  if (latencies.size() < kMostVerbs || latencies.contains(verb)) latencies[verb].add(*duration);
}

void LogFigures::finish() {
  open_.drain([this](const Open&) { ++requests, ++unfinished; });
}

}  // namespace kaudit::cli
