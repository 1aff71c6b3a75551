#include "cli/events/request_story.hpp"

#include <algorithm>
#include <utility>

#include "audit/decoder.hpp"
#include "base/text/quote.hpp"
#include "cli/policy/input/event_attributes.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kMostText = 2048;

/// The beginning of a text; not in the middle of a character.
std::string beginning(const std::string& text) {
  if (text.size() <= kMostText) return text;
  std::size_t end = kMostText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

Result<StoryEvent> story_event(const audit::Event& event) {
  const auto stage = audit::parse_stage(event.stage);
  if (!stage) return fail("unknown stage " + go_quoted(event.stage));
  const auto level = audit::parse_level(event.level);
  if (!level) return fail("unknown level " + go_quoted(event.level));
  return StoryEvent{*stage,
                    *level,
                    event.response_status ? event.response_status->code : 0,
                    event.request_object.view().size(),
                    event.response_object.view().size(),
                    event.stage_timestamp};
}

}  // namespace

std::optional<std::int64_t> RequestStory::microseconds() const {
  if (!finished || received.is_zero() || events.empty()) return std::nullopt;
  const Timestamp& last = events.back().at;
  return (last.seconds - received.seconds) * 1'000'000 +
         (static_cast<std::int64_t>(last.nanoseconds) -
          static_cast<std::int64_t>(received.nanoseconds)) /
             1000;
}

bool RequestStory::contradicts_decision() const {
  return decision && std::ranges::any_of(events, [this](const StoryEvent& event) {
           return event.level != decision->level || decision->omit_stages.contains(event.stage);
         });
}

RequestStory StoryTeller::begin(const audit::Event& event) const {
  RequestStory story;
  const RequestAttributes attributes = attributes_of(event);
  story.audit_id = beginning(event.audit_id);
  story.verb = beginning(event.verb);
  story.uri = beginning(event.request_uri);
  story.user = beginning(event.user->username);
  if (!event.source->ips.empty()) story.source_ip = beginning(event.source->ips.back());
  story.login_failed = !attributes.user;
  story.received = event.request_received_timestamp;
  if (evaluator_ != nullptr) story.decision = evaluator_->evaluate(attributes.view());
  return story;
}

Result<void> StoryTeller::read(std::string_view line) {
  const auto event = audit::decode_event(line);
  if (!event) return fail(event.error().message);
  return read(*event);
}

Result<void> StoryTeller::read(const audit::Event& event) {
  const auto told = story_event(event);
  if (!told) return tl::unexpected(told.error());
  RequestStory* story = open_.find(event.audit_id);
  const bool known = story != nullptr;
  RequestStory fresh;
  if (!known) {
    fresh = begin(event);
    story = &fresh;
  }
  if (story->events.size() < RequestStory::kMostEvents) {
    story->events.push_back(*told);
  } else {
    ++story->more_events;
  }
  story->finished = told->stage == audit::Stage::ResponseComplete ||
                    told->stage == audit::Stage::Panic ||
                    (story->login_failed && told->stage == audit::Stage::ResponseStarted);
  if (story->finished) {
    take_(*story);
    if (known) open_.erase(event.audit_id);
  } else if (!known) {
    open_.add(event.audit_id, std::move(fresh), take_);
  }
  return {};
}

}  // namespace kaudit::cli
