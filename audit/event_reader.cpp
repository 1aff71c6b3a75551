#include "audit/event_reader.hpp"

#include <utility>

#include "audit/status_reader.hpp"
#include "audit/struct_reader.hpp"
#include "base/text/quote.hpp"
#include "base/text/timestamp_text.hpp"

namespace kaudit::audit {
namespace {

class EventReader {
 public:
  explicit EventReader(std::string_view compact)
      : in_(compact), is_object_(in_.kind() == JsonCursor::Kind::Object) {}

  tl::expected<Event, DecodeError> read();

 private:
  void member(std::string_view name, Event& event);
  void word(EventWord& to);
  void type_member(std::string_view name, std::string& to);
  std::optional<DecodeError> first_error() const;
  void time(std::string_view name, Timestamp& to);
  void body(RawJson& to);
  void user_member(std::string_view name, UserInfo& user);
  void object_ref_member(std::string_view name, ObjectReference& ref);
  void extra(UserInfo::Extra& to);
  void annotations(Annotations& to);

  StructReader in_;
  bool is_object_;
  std::string kind_;
  std::string api_version_;
  std::optional<DecodeError> bad_type_member_;  ///< kind or apiVersion
  std::optional<DecodeError> bad_time_;
};

std::string wrong_type(std::string_view member, JsonCursor::Kind found) {
  return std::string(member) + " must be a string, not " + std::string(to_string(found));
}

tl::expected<Event, DecodeError> EventReader::read() {
  Event event;
  in_.object([&](std::string_view name) { member(name, event); });
  if (auto error = first_error()) return tl::unexpected(std::move(*error));
  return event;
}

std::optional<DecodeError> EventReader::first_error() const {
  if (bad_type_member_) return bad_type_member_;
  if (!is_object_ && !in_.error().empty()) return DecodeError{DecodeErrorClass::Type, in_.error()};
  if (kind_.empty()) return DecodeError{DecodeErrorClass::Gvk, "kind is missing"};
  if (api_version_.empty()) return DecodeError{DecodeErrorClass::Gvk, "apiVersion is missing"};
  if (kind_ != "Event" || api_version_ != "audit.k8s.io/v1") {
    return DecodeError{DecodeErrorClass::Gvk,
                       "expected kind \"Event\" of \"audit.k8s.io/v1\", not " + go_quoted(kind_) +
                           " of " + go_quoted(api_version_)};
  }
  if (bad_time_) return bad_time_;
  if (!in_.error().empty()) return DecodeError{DecodeErrorClass::Type, in_.error()};
  return std::nullopt;
}

void EventReader::member(std::string_view name, Event& event) {
  const auto user = [&](std::string_view inner, UserInfo& to) { user_member(inner, to); };
  if (name == "kind") return type_member(name, kind_);
  if (name == "apiVersion") return type_member(name, api_version_);
  if (name == "level") return word(event.level);
  if (name == "auditID") return in_.text(event.audit_id);
  if (name == "stage") return word(event.stage);
  if (name == "requestURI") return in_.text(event.request_uri);
  if (name == "verb") return in_.text(event.verb);
  if (name == "user") {
    return in_.object([&](std::string_view inner) { user(inner, event.user.edit()); });
  }
  if (name == "impersonatedUser") return in_.object(event.impersonated_user, user);
  if (name == "authenticationMetadata") {
    return in_.object(event.authentication_metadata,
                      [&](std::string_view inner, AuthenticationMetadata& to) {
                        if (inner == "impersonationConstraint") {
                          in_.text(to.impersonation_constraint);
                        } else {
                          in_.skip();
                        }
                      });
  }
  if (name == "sourceIPs") return static_cast<void>(in_.texts(event.source.edit().ips));
  if (name == "userAgent") return in_.text(event.source.edit().user_agent);
  if (name == "objectRef") {
    return in_.object(event.object_ref, [&](std::string_view inner, ObjectReference& to) {
      object_ref_member(inner, to);
    });
  }
  if (name == "responseStatus") {
    return in_.object(event.response_status, [&](std::string_view inner, Status& to) {
      read_status_member(in_, inner, to);
    });
  }
  if (name == "requestObject") return body(event.request_object);
  if (name == "responseObject") return body(event.response_object);
  if (name == "requestReceivedTimestamp") return time(name, event.request_received_timestamp);
  if (name == "stageTimestamp") return time(name, event.stage_timestamp);
  if (name == "annotations") return annotations(event.annotations);
  in_.skip();
}

void EventReader::word(EventWord& to) {
  std::string text(to);
  in_.text(text);
  to = EventWord(text);
}

void EventReader::type_member(std::string_view name, std::string& to) {
  const JsonCursor::Kind kind = in_.kind();
  if (kind == JsonCursor::Kind::String) return in_.text(to);
  if (kind != JsonCursor::Kind::Null && !bad_type_member_) {
    bad_type_member_ = {DecodeErrorClass::Type, wrong_type(name, kind)};
  }
  in_.skip();
}

void EventReader::time(std::string_view name, Timestamp& to) {
  const JsonCursor::Kind kind = in_.kind();
  if (kind == JsonCursor::Kind::String) {
    std::string text;
    in_.text(text);
    if (auto parsed = parse_micro_time(text)) {
      to = *parsed;
    } else if (!bad_time_) {
      bad_time_ = {DecodeErrorClass::Time,
                   std::string(name) + " is " + go_quoted(text) + ": " + parsed.error().message};
    }
    return;
  }
  if (kind == JsonCursor::Kind::Null) {
    to = Timestamp{};
  } else if (!bad_time_) {
    bad_time_ = {DecodeErrorClass::Type, wrong_type(name, kind)};
  }
  in_.skip();
}

void EventReader::body(RawJson& to) {
  const bool null = in_.kind() == JsonCursor::Kind::Null;
  const std::string_view bytes = in_.skip();
  to = null ? RawJson() : RawJson::trusted(std::string(bytes));
}

void EventReader::user_member(std::string_view name, UserInfo& user) {
  if (name == "username") return in_.text(user.username);
  if (name == "uid") return in_.text(user.uid);
  if (name == "extra") return extra(user.extra);
  if (name == "groups") {
    const bool given = in_.texts(user.groups);
    user.empty_groups = given && user.groups.empty();
    return;
  }
  in_.skip();
}

void EventReader::object_ref_member(std::string_view name, ObjectReference& ref) {
  if (name == "resource") return in_.text(ref.resource);
  if (name == "namespace") return in_.text(ref.ns);
  if (name == "name") return in_.text(ref.name);
  if (name == "uid") return in_.text(ref.uid);
  if (name == "apiGroup") return in_.text(ref.api_group);
  if (name == "apiVersion") return in_.text(ref.api_version);
  if (name == "resourceVersion") return in_.text(ref.resource_version);
  if (name == "subresource") return in_.text(ref.subresource);
  in_.skip();
}

void EventReader::extra(UserInfo::Extra& to) {
  if (in_.kind() == JsonCursor::Kind::Null) to.clear();
  in_.object([&](std::string_view name) {
    auto& values = to[std::string(name)];
    values.emplace();
    if (!in_.texts(*values)) values.reset();
  });
}

void EventReader::annotations(Annotations& to) {
  if (in_.kind() == JsonCursor::Kind::Null) to.clear();
  in_.object([&](std::string_view name) {
    std::string value;
    in_.text(value);
    to.set(name, value);
  });
}

}  // namespace

tl::expected<Event, DecodeError> read_event(std::string_view compact) {
  return EventReader(compact).read();
}

}  // namespace kaudit::audit
