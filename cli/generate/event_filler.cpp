#include "cli/generate/event_filler.hpp"

#include <charconv>
#include <utility>

#include "audit/strip_managed_fields.hpp"
#include "base/text/timestamp_text.hpp"
#include "cli/generate/made_bodies.hpp"
#include "cli/generate/random.hpp"

namespace kaudit::cli {
namespace {

using audit::Event;
using audit::Level;
using audit::Stage;

constexpr std::string_view kDecision = "authorization.k8s.io/decision";
constexpr std::string_view kReason = "authorization.k8s.io/reason";

Timestamp made_time(std::int64_t microseconds) {
  return {microseconds / 1'000'000, static_cast<std::uint32_t>(microseconds % 1'000'000) * 1000};
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

/// The name of a node, of the user `system:node:NAME`.
std::string_view node_name(std::string_view user) {
  constexpr std::string_view kPrefix = "system:node:";
  return user.starts_with(kPrefix) ? user.substr(kPrefix.size()) : user;
}

/// A create or an update sends what the kind is.
bool has_object_in_body(std::string_view verb) { return verb == "create" || verb == "update"; }

}  // namespace

EventFiller::EventFiller(const Traffic& traffic)
    : traffic_(traffic), slots_(2 * traffic.actors.size()) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Actor& actor = traffic.actors[i / 2];
    Slot& slot = slots_[i];
    slot.event.user = actor.user;
    slot.event.source = audit::RequestSource{actor.source_ips, actor.user_agent};
    if (!actor.impersonates.empty()) {
      audit::UserInfo user;
      user.username = actor.impersonates;
      user.groups = {"system:authenticated"};
      slot.event.impersonated_user = std::move(user);
    }
    if (i % 2 == 1) slot.event.object_ref.emplace();
  }
}

void EventFiller::name_object(const MadeRequest& request) {
  const Pattern& made = pattern(request);
  ns_ = made.where != Where::Namespace ? std::string_view()
        : made.ns != nullptr           ? std::string_view(made.ns)
                                       : namespace_name(request.ns);
  name_.clear();
  switch (made.naming) {
    case Naming::None:
      break;
    case Naming::Own:
      name_ = node_name(traffic_.actors[request.actor].user.username);
      break;
    case Naming::Fixed:
      name_ = made.name;
      break;
    case Naming::App:
      name_ = app_name(request.object);
      break;
    case Naming::Pod: {
      const std::uint64_t bits = scrambled(request.object);
      name_ = app_name(request.object);
      name_ += '-';
      append_suffix(name_, bits >> 32U, 10);
      name_ += '-';
      append_suffix(name_, bits, 5);
      break;
    }
    case Naming::Random:
      name_ = app_name(request.object);
      name_ += '.';
      append_number(name_, 0x180000000U + (scrambled(request.object) >> 32U));
      break;
  }
}

void EventFiller::write_uri(const MadeRequest& request) {
  const Pattern& made = pattern(request);
  uri_.clear();
  if (made.where == Where::Path) {
    uri_ = made.resource;
  } else {
    const bool core = *made.group == '\0';
    uri_ += core ? "/api" : "/apis/";
    uri_ += made.group;
    uri_ += '/';
    uri_ += made.version;
    if (!ns_.empty()) uri_.append("/namespaces/").append(ns_);
    uri_.append("/").append(made.resource);
    const bool by_name =
        !name_.empty() && !(std::string_view(made.verb) == "create" && *made.subresource == '\0');
    if (by_name) uri_.append("/").append(name_);
    if (*made.subresource != '\0') uri_.append("/").append(made.subresource);
  }
  for (std::string_view rest = made.query; !rest.empty();) {
    const std::size_t at = rest.find('$');
    uri_ += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at);
    if (rest.starts_with("$rv")) {
      append_number(uri_, request.resource_version);
      rest.remove_prefix(3);
    } else if (rest.starts_with("$seconds")) {
      append_number(uri_, 300 + request.id_low % 300);
      rest.remove_prefix(8);
    } else {
      uri_ += node_name(traffic_.actors[request.actor].user.username);
      rest.remove_prefix(std::string_view("$actor").size());
    }
  }
}

audit::Attributes EventFiller::attributes(const MadeRequest& request) {
  const Pattern& made = pattern(request);
  name_object(request);
  audit::Attributes asked;
  if (!made.failed_login) asked.user = &traffic_.actors[request.actor].user;
  asked.verb = made.verb;
  asked.resource_request = made.where != Where::Path;
  if (!asked.resource_request) {
    asked.path = made.resource;
    return asked;
  }
  asked.api_group = made.group;
  asked.api_version = made.version;
  asked.resource = made.resource;
  asked.subresource = made.subresource;
  asked.ns = ns_;
  const bool known = asked.verb != "create" || !asked.subresource.empty();
  if (known) asked.name = name_;
  return asked;
}

std::string EventFiller::forbidden_text(const MadeRequest& request) const {
  const Pattern& made = pattern(request);
  const std::string user = "User \"" + traffic_.actors[request.actor].user.username + "\" cannot ";
  if (made.where == Where::Path) {
    return "forbidden: " + user + made.verb + " path \"" + made.resource + "\"";
  }
  std::string resource = made.resource;
  if (*made.group != '\0') resource += std::string(".") + made.group;
  std::string text = resource + (name_.empty() ? "" : " \"" + name_ + "\"") +
                     " is forbidden: " + user + made.verb + " resource \"" + made.resource +
                     "\" in API group \"" + made.group + "\"";
  return text +
         (ns_.empty() ? " at the cluster scope" : " in the namespace \"" + std::string(ns_) + "\"");
}

void EventFiller::write_status(Event& event, const MadeRequest& request, Stage stage) const {
  if (stage == Stage::RequestReceived) {
    event.response_status.reset();
    return;
  }
  const Pattern& made = pattern(request);
  audit::Status& status = event.response_status.emplace();
  const auto failure = [&](std::int32_t code, const char* reason, std::string message) {
    status.status = "Failure";
    status.message = std::move(message);
    status.reason = reason;
    status.code = code;
    if (request.ending == Ending::FailedLogin) return;
    audit::StatusDetails& details = status.details.emplace();
    if (made.where == Where::Path) return;
    details.name = name_;
    details.group = made.group;
    details.kind = made.resource;
  };
  std::string resource = made.resource;
  switch (request.ending) {
    case Ending::Fine: {
      const std::string_view verb = made.verb;
      const bool upgraded = std::string_view(made.subresource) == "exec";
      const bool created = verb == "create" && made.where != Where::Path;
      status.code = upgraded ? 101 : created ? 201 : 200;
      break;
    }
    case Ending::Conflict:
      if (*made.group != '\0') resource += std::string(".") + made.group;
      failure(409, "Conflict",
              "Operation cannot be fulfilled on " + resource + " \"" + name_ +
                  "\": the object has been modified; please apply your changes to the latest "
                  "version and try again");
      break;
    case Ending::NotFound:
      if (*made.group != '\0') resource += std::string(".") + made.group;
      failure(404, "NotFound", resource + " \"" + name_ + "\" not found");
      break;
    case Ending::Forbidden:
      failure(403, "Forbidden", forbidden_text(request));
      break;
    case Ending::FailedLogin:
      failure(401, "Unauthorized", "Unauthorized");
      break;
  }
}

void EventFiller::write_bodies(Event& event, const MadeRequest& request, Stage stage,
                               std::int64_t at_us) const {
  event.request_object = {};
  event.response_object = {};
  const Level level = request.decision.level;
  if (level < Level::Request || stage == Stage::RequestReceived) return;
  const Pattern& made = pattern(request);
  std::string time;
  append_micro_time(time, made_time(at_us));
  const BodyFacts facts{ns_,
                        name_,
                        node_name(event.user->username),
                        request.object,
                        request.resource_version,
                        std::string_view(time).substr(1, time.size() - 2)};
  const auto body = [&](BodyKind kind, BodySide side) -> RawJson {
    if (kind == BodyKind::None) return {};
    std::string text;
    append_body(text, kind, side, facts);
    RawJson json = RawJson::trusted(std::move(text));
    return request.decision.omit_managed_fields ? audit::without_managed_fields(json) : json;
  };
  const bool refused = request.ending == Ending::Forbidden || request.ending == Ending::FailedLogin;
  if (!refused) event.request_object = body(made.body, BodySide::Request);
  if (level < Level::RequestResponse) return;
  if (request.ending == Ending::Fine) {
    event.response_object = body(made.answer, BodySide::Answer);
    return;
  }
  audit::Status status = *event.response_status;
  status.kind = "Status";
  status.api_version = "v1";
  std::string text;
  audit::append_json(text, status);
  event.response_object = RawJson::trusted(std::move(text));
}

void EventFiller::annotate(Slot& slot, const MadeRequest& request, Stage stage) const {
  audit::Annotations& annotations = slot.event.annotations;
  annotations.clear();
  if (stage == Stage::RequestReceived || request.ending == Ending::FailedLogin) return;
  const bool refused = request.ending == Ending::Forbidden;
  annotations.set(kDecision, refused ? "forbid" : "allow");
  annotations.set(kReason, refused ? "" : traffic_.actors[request.actor].reason);
}

const Event& EventFiller::make(const MadeRequest& request, Stage stage, std::int64_t at_us) {
  const Pattern& made = pattern(request);
  const bool resource = made.where != Where::Path;
  Slot& slot = slots_[2 * request.actor + (resource ? 1 : 0)];
  Event& event = slot.event;
  name_object(request);
  write_uri(request);
  event.level = request.decision.level;
  write_uuid(event.audit_id, request.id_high, request.id_low);
  event.stage = stage;
  event.request_uri = uri_;
  event.verb = made.verb;
  if (resource) {
    audit::ObjectReference& object = *event.object_ref;
    object.resource = made.resource;
    object.ns = ns_;
    // A create has the name in its body, which is read after RequestReceived.
    const bool late = std::string_view(made.verb) == "create" && *made.subresource == '\0';
    const bool known = !late || (stage != Stage::RequestReceived && request.ending == Ending::Fine);
    object.name = known ? std::string_view(name_) : std::string_view();
    object.api_group = made.group;
    object.api_version = made.version;
    object.subresource = made.subresource;
    object.uid.clear();
    object.resource_version.clear();
    const bool updated = std::string_view(made.verb) == "update" && stage != Stage::RequestReceived;
    if (updated && has_object_in_body(made.verb)) {
      append_uuid(object.uid, request.object);
      append_number(object.resource_version, request.resource_version);
    }
  }
  event.request_received_timestamp = made_time(request.received_us);
  event.stage_timestamp = made_time(at_us);
  write_status(event, request, stage);
  write_bodies(event, request, stage, at_us);
  annotate(slot, request, stage);
  return event;
}

}  // namespace kaudit::cli
