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
  event.stage = stage;
  event.stage_timestamp = at;
}

EventPtr completed(std::shared_ptr<Event> event, Stage stage, Timestamp at) {
  complete(*event, stage, at);
  return event;
}

}  // namespace

RequestObject::operator ObjectReference() const {
  return {.resource = std::string(resource),
          .ns = std::string(ns),
          .name = std::string(name),
          .uid = {},
          .api_group = std::string(api_group),
          .api_version = std::string(api_version),
          .resource_version = {},
          .subresource = std::string(subresource)};
}

Context::Context(RequestFacts facts, const Decision& decision, Collect collect)
    : draft_{.level = decision.level,
             .audit_id = std::string(facts.audit_id),
             .request_uri = std::string(facts.request_uri),
             .verb = std::string(facts.verb),
             .user = std::move(facts.user),
             .source = std::move(facts.source),
             .request_received_timestamp = facts.received,
             .unobserved = collect == Collect::Unseen},
      decision_(decision),
      collect_(collect),
      collected_(collect == Collect::Everything ? Level::RequestResponse : decision.level) {
  if (draft_.source->user_agent.size() > kMaxUserAgent) {
    std::string& agent = draft_.source.edit().user_agent;
    agent.resize(kMaxUserAgent);
    agent += "...TRUNCATED";
  }
  if (facts.object_ref) draft_.object_ref.emplace(*facts.object_ref);
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
  // What a last event would share with others, of which there are none, is encoded with it.
  const bool others_follow = stage == Stage::RequestReceived || stage == Stage::ResponseStarted;
  if (others_follow && !draft_.request_members.are_made()) draft_.request_members.make(draft_);
  return &draft_;
}

EventPtr Context::whole_event(Stage stage, Timestamp at, const EventPtr& made) const {
  if (collect_ != Collect::Everything) return nullptr;
  if (made && level() == collected_) return made;
  auto event = std::make_shared<Event>(draft_);
  event->level = collected_;
  return completed(std::move(event), stage, at);
}

Event lowered(Event event, Level level) {
  event.level = level;
  lower(event, level);
  return event;
}

}  // namespace kaudit::audit
