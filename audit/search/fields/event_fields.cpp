// Fields of the event itself: who asked for what, and what came of it.
#include <string>

#include "audit/search/field.hpp"
#include "base/text/list.hpp"
#include "base/text/percent.hpp"

namespace kaudit::audit::search {
namespace {

template <Part part>
void whole_part(const Reading& reading) {
  reading.add(reading.event.part(part));
}

/// A member of a part, by a name known when compiling.
template <std::size_t N>
struct Name {
  char text[N];                            // NOLINT(modernize-avoid-c-arrays): a template parameter
  consteval Name(const char (&from)[N]) {  // NOLINT(google-explicit-constructor)
    for (std::size_t i = 0; i < N; ++i) text[i] = from[i];
  }
  std::string_view view() const { return {text, N - 1}; }
};

template <Part part, Name name>
void part_member(const Reading& reading) {
  reading.add(reading.event.part(part, name.view()));
}

template <Part part, Name name>
void part_list(const Reading& reading) {
  for (ElementWalk walk(reading.event.part(part, name.view())); walk.next();) {
    reading.add(walk.value());
  }
}

/// The first value of a parameter of the requestURI. (net/url ParseQuery: pairs that are not right
/// or have a semicolon are left out)
void uri_parameter(const Reading& reading) {
  const std::string uri = text_of(reading.event.part(Part::RequestUri));
  const std::size_t mark = uri.find('?');
  if (mark == std::string::npos) return;
  std::string_view rest = std::string_view(uri).substr(mark + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    std::string_view value = take_until(rest, '&');
    if (value.empty() || value.find(';') != std::string_view::npos) continue;
    const auto key = unescape(take_until(value, '='), UrlPart::Query);
    if (!key || *key != reading.use.argument) continue;
    if (auto text = unescape(value, UrlPart::Query)) {
      reading.add_made(*std::move(text));
      return;
    }
  }
}

void source_ips(const Reading& reading) {
  // The plugin looks for them in the rules of a role, where they never are.
  if (reading.falco()) return;
  std::size_t index = 0;
  for (ElementWalk walk(reading.event.part(Part::SourceIps)); walk.next(); ++index) {
    if (reading.wants(index)) reading.add(walk.value());
  }
}

/// The one that acts: who was impersonated, or else the user.
void actor(const Reading& reading) {
  const std::string_view impersonated = reading.event.part(Part::ImpersonatedUser, "username");
  reading.add(impersonated.empty() ? reading.event.part(Part::User, "username") : impersonated);
}

void latency(const Reading& reading) {
  const auto received = time_of(reading.event.part(Part::RequestReceivedTimestamp));
  const auto stage = time_of(reading.event.part(Part::StageTimestamp));
  if (!received || !stage) return;
  const std::int64_t micros = (stage->seconds - received->seconds) * 1'000'000 +
                              (static_cast<std::int64_t>(stage->nanoseconds) -
                               static_cast<std::int64_t>(received->nanoseconds)) /
                                  1'000;
  reading.add_made(std::to_string(micros / 1'000));
}

void event_bytes(const Reading& reading) {
  reading.add_made(std::to_string(reading.event.json().size()));
}

FieldInfo scalar(const char* name, const char* path, void (*read)(const Reading&)) {
  return {name, false, Argument::None, Level::Metadata, path, read};
}

}  // namespace

void add_event_fields(std::vector<FieldInfo>& fields) {
  const auto add = [&fields](FieldInfo field) { fields.push_back(std::move(field)); };
  add(scalar("ka.auditid", "auditID", whole_part<Part::AuditId>));
  add(scalar("ka.stage", "stage", whole_part<Part::Stage>));
  add(scalar("ka.verb", "verb", whole_part<Part::Verb>));
  add(scalar("ka.uri", "requestURI", whole_part<Part::RequestUri>));
  add(scalar("ka.useragent", "userAgent", whole_part<Part::UserAgent>));
  add({"ka.uri.param", false, Argument::Key, Level::Metadata, "requestURI", uri_parameter});
  add(scalar("ka.user.name", "user.username", part_member<Part::User, "username">));
  add({"ka.user.groups", true, Argument::None, Level::Metadata, "user.groups",
       part_list<Part::User, "groups">});
  add(scalar("ka.impuser.name", "impersonatedUser.username",
             part_member<Part::ImpersonatedUser, "username">));
  add(scalar("ka.auth.decision", "annotations.authorization.k8s.io/decision",
             part_member<Part::Annotations, "authorization.k8s.io/decision">));
  add(scalar("ka.auth.reason", "annotations.authorization.k8s.io/reason",
             part_member<Part::Annotations, "authorization.k8s.io/reason">));
  add(scalar("ka.auth.openshift.decision", "annotations.authentication.openshift.io/decision",
             part_member<Part::Annotations, "authentication.openshift.io/decision">));
  add(scalar("ka.auth.openshift.username", "annotations.authentication.openshift.io/username",
             part_member<Part::Annotations, "authentication.openshift.io/username">));
  add(scalar(
      "ka.validations.admission.policy.failure",
      "annotations.validation.policy.admission.k8s.io/validation_failure",
      part_member<Part::Annotations, "validation.policy.admission.k8s.io/validation_failure">));
  add(scalar("ka.security.pod.violations",
             "annotations.pod-security.kubernetes.io/audit-violations",
             part_member<Part::Annotations, "pod-security.kubernetes.io/audit-violations">));
  add(scalar("ka.cluster.name", "annotations.cluster_name",
             part_member<Part::Annotations, "cluster_name">));
  add(scalar("ka.target.name", "objectRef.name", part_member<Part::ObjectRef, "name">));
  add(scalar("ka.target.namespace", "objectRef.namespace",
             part_member<Part::ObjectRef, "namespace">));
  add(scalar("ka.target.resource", "objectRef.resource", part_member<Part::ObjectRef, "resource">));
  add(scalar("ka.target.subresource", "objectRef.subresource",
             part_member<Part::ObjectRef, "subresource">));
  add(scalar("ka.response.code", "responseStatus.code", part_member<Part::ResponseStatus, "code">));
  add(scalar("ka.response.reason", "responseStatus.reason",
             part_member<Part::ResponseStatus, "reason">));
  add({"ka.sourceips", true, Argument::Index, Level::Metadata, "sourceIPs", source_ips});
  add(scalar("kaudit.actor", "impersonatedUser.username or user.username", actor));
  add(scalar("kaudit.latency_ms", "stageTimestamp - requestReceivedTimestamp", latency));
  add(scalar("kaudit.bytes", "the event's size", event_bytes));
  add(scalar("kaudit.level", "level", whole_part<Part::Level>));
  add(scalar("kaudit.group", "objectRef.apiGroup", part_member<Part::ObjectRef, "apiGroup">));
}

}  // namespace kaudit::audit::search
