#include "audit/context.hpp"

#include <utility>

#include "audit/strip_managed_fields.hpp"

namespace kaudit::audit {
namespace {

void fill(std::string& member, const std::string& value) {
  if (member.empty()) member = value;
}

/// Takes away what is recorded from a higher level on.
void lower(Event& event, Level level) {
  if (level < Level::Request) event.request_object = {};
  if (level < Level::RequestResponse) event.response_object = {};
}

void complete(Event& event, Stage stage, Timestamp at) {
  event.stage = to_string(stage);
  event.stage_timestamp = at;
}

EventPtr completed(std::shared_ptr<Event> event, Stage stage, Timestamp at) {
  complete(*event, stage, at);
  return event;
}

}  // namespace

Context::Context(RequestFacts&& facts, const Decision& decision, Collect collect)
    : decision_(decision),
      collect_(collect),
      collected_(collect == Collect::Everything ? Level::RequestResponse : decision.level) {
  draft_.level = to_string(decision.level);
  draft_.audit_id = std::move(facts.audit_id);
  draft_.request_uri = std::move(facts.request_uri);
  draft_.verb = std::move(facts.verb);
  draft_.user = std::move(facts.user);
  draft_.source = std::move(facts.source);
  if (draft_.source->user_agent.size() > kMaxUserAgent) {
    std::string& agent = draft_.source.edit().user_agent;
    agent.resize(kMaxUserAgent);
    agent += "...TRUNCATED";
  }
  draft_.object_ref = std::move(facts.object_ref);
  draft_.request_received_timestamp = facts.received;
  draft_.unobserved = collect == Collect::Unseen;
}

bool Context::annotate(std::string_view key, std::string_view value) {
  if (collected_ < Level::Metadata) return true;
  return draft_.annotations.add(key, value);
}

void Context::set_impersonated_user(UserInfo user, std::string_view constraint) {
  draft_.request_members.forget();
  draft_.impersonated_user = std::move(user);
  if (!constraint.empty()) {
    draft_.authentication_metadata = AuthenticationMetadata{std::string(constraint)};
  }
}

void Context::complete_object_ref(const ObjectReference& from_body) {
  if (collected_ < Level::Metadata) return;
  draft_.request_members.forget();
  if (!draft_.object_ref) draft_.object_ref.emplace();
  ObjectReference& ref = *draft_.object_ref;
  fill(ref.ns, from_body.ns);
  fill(ref.name, from_body.name);
  fill(ref.uid, from_body.uid);
  fill(ref.resource_version, from_body.resource_version);
  if (ref.api_version.empty()) {
    ref.api_group = from_body.api_group;
    ref.api_version = from_body.api_version;
  }
  fill(ref.resource, from_body.resource);
  fill(ref.subresource, from_body.subresource);
}

void Context::log_request_object(RawJson object, ManagedFields managed_fields) {
  if (!wants_request_object()) return;
  const bool omit = decision_.omit_managed_fields && managed_fields == ManagedFields::Object;
  draft_.request_object = omit ? without_managed_fields(object) : std::move(object);
}

void Context::log_response_object(RawJson object) {
  if (!wants_response_object()) return;
  draft_.response_object =
      decision_.omit_managed_fields ? without_managed_fields(object) : std::move(object);
}

void Context::set_response_status(const Status& status) {
  draft_.response_status = status;
  // The event shows the bounded members only: everyone knows what kind of object it is.
  draft_.response_status->kind.clear();
  draft_.response_status->api_version.clear();
  draft_.response_status->metadata = {};
}

void Context::set_response_code(int code) {
  if (!draft_.response_status) draft_.response_status.emplace();
  draft_.response_status->code = code;
}

EventPtr Context::make_event(Stage stage, Timestamp at) const {
  if (!makes(stage)) return nullptr;
  auto event = std::make_shared<Event>(draft_);
  if (collected_ != level()) lower(*event, level());
  return completed(std::move(event), stage, at);
}

EventPtr Context::make_last_event(Stage stage, Timestamp at) {
  if (collect_ == Collect::Everything) return make_event(stage, at);  // whole_event() comes next
  if (!makes(stage)) return nullptr;
  return completed(std::make_shared<Event>(std::move(draft_)), stage, at);
}

const Event* Context::passing_event(Stage stage, Timestamp at) {
  if (!makes(stage)) return nullptr;
  complete(draft_, stage, at);
  if (!draft_.request_members.is_made()) draft_.request_members.make(draft_);
  return &draft_;
}

EventPtr Context::whole_event(Stage stage, Timestamp at, const EventPtr& made) const {
  if (collect_ != Collect::Everything) return nullptr;
  if (made && level() == collected_) return made;
  auto event = std::make_shared<Event>(draft_);
  event->level = to_string(collected_);
  return completed(std::move(event), stage, at);
}

Event lowered(Event event, Level level) {
  event.level = to_string(level);
  lower(event, level);
  return event;
}

}  // namespace kaudit::audit
