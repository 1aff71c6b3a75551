#include "cli/policy/input/recorded_request.hpp"

#include <utility>

#include "audit/encoder.hpp"
#include "base/text/quote.hpp"
#include "cli/policy/input/event_attributes.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::cli {
namespace {

using audit::Event;
using audit::Level;
using audit::Stage;

std::size_t index_of(Stage stage) noexcept { return static_cast<std::size_t>(stage); }

std::uint64_t bare_size(const Event& event) {
  std::string line;
  audit::append_event(line, event);
  return line.size() - std::string_view(event.level).size();
}

std::uint64_t member_size(std::string_view name, const RawJson& body) {
  return body.empty() ? 0 : name.size() + 4 + body.view().size();  // ,"name":body
}

Event without_bodies(const Event& event) {
  Event bare = event;
  bare.request_object = {};
  bare.response_object = {};
  return bare;
}

EventSize size_of_event(const Event& event) {
  return {bare_size(without_bodies(event)), member_size("requestObject", event.request_object),
          member_size("responseObject", event.response_object)};
}

/// What is known of a request when it comes in.
std::uint64_t received_size(const Event& event) {
  Event received = without_bodies(event);
  received.stage = Stage::RequestReceived;
  received.stage_timestamp = received.request_received_timestamp;
  received.response_status.reset();
  received.impersonated_user.reset();
  received.annotations.clear();
  return bare_size(received);
}

std::uint64_t started_size(const Event& event) {
  Event started = without_bodies(event);
  started.stage = Stage::ResponseStarted;
  return bare_size(started);
}

}  // namespace

Volume& Volume::operator+=(const Volume& other) noexcept {
  requests += other.requests;
  events += other.events;
  bytes += other.bytes;
  without_bodies += other.without_bodies;
  return *this;
}

Result<RecordedRequest> RecordedRequest::begin(const Event& event) {
  RecordedRequest request;
  request.attributes_ = attributes_of(event);
  request.uri_ = event.request_uri;
  if (auto added = request.add(event); !added) return tl::unexpected(added.error());
  return request;
}

Result<void> RecordedRequest::add(const Event& event) {
  const auto stage = audit::parse_stage(event.stage);
  if (!stage) return fail("unknown stage " + go_quoted(event.stage));
  const auto level = audit::parse_level(event.level);
  if (!level) return fail("unknown level " + go_quoted(event.level));
  level_ = *level;
  seen_[index_of(*stage)] = size_of_event(event);
  const bool login_failed = !attributes_.user && *stage == Stage::ResponseStarted;
  finished_ = *stage == Stage::ResponseComplete || *stage == Stage::Panic || login_failed;
  if (!finished_ || login_failed) return {};
  const auto estimate = [this](Stage missing, std::uint64_t bytes) {
    if (!seen_[index_of(missing)]) estimated_[index_of(missing)] = EventSize{bytes, 0, 0};
  };
  estimate(Stage::RequestReceived, received_size(event));
  if (audit::long_running(attributes_.view())) {
    estimate(Stage::ResponseStarted, started_size(event));
  }
  return {};
}

const EventSize* RecordedRequest::size_of(Stage stage) const noexcept {
  const auto& seen = seen_[index_of(stage)];
  if (seen) return &*seen;
  const auto& estimated = estimated_[index_of(stage)];
  return estimated ? &*estimated : nullptr;
}

Volume RecordedRequest::under(const audit::Decision& decision) const noexcept {
  Volume volume{1, 0, 0, 0};
  if (decision.level == Level::None) return volume;
  for (const Stage stage : audit::kAllStages) {
    const EventSize* size = size_of(stage);
    if (size == nullptr || decision.omit_stages.contains(stage)) continue;
    ++volume.events;
    volume.bytes += size->bare + to_string(decision.level).size();
    if (decision.level >= Level::Request) volume.bytes += size->request_object;
    if (decision.level >= Level::RequestResponse) volume.bytes += size->response_object;
  }
  const Level recorded = policy::recorded(decision, attributes_.view()).level;
  if (volume.events > 0 && recorded > level_ && recorded >= Level::Request) {
    volume.without_bodies = 1;
  }
  return volume;
}

}  // namespace kaudit::cli
