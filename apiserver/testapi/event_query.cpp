#include "apiserver/testapi/event_query.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text/duration.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using audit::Event;

std::string of_object(const Event& event, std::string audit::ObjectReference::*member) {
  return event.object_ref ? (*event.object_ref).*member : std::string();
}
std::string annotation(const Event& event, const char* key) {
  return std::string(event.annotations.find(key).value_or(""));
}

struct Parameter {
  std::string_view name;
  EventQuery::Field field;
};

using Object = audit::ObjectReference;

constexpr Parameter kParameters[] = {
    {"auditID", [](const Event& event) { return event.audit_id; }},
    {"level", [](const Event& event) { return std::string(event.level); }},
    {"stage", [](const Event& event) { return std::string(event.stage); }},
    {"verb", [](const Event& event) { return event.verb; }},
    {"user", [](const Event& event) { return event.user->username; }},
    {"impersonatedUser",
     [](const Event& event) {
       return event.impersonated_user ? event.impersonated_user->username : std::string();
     }},
    {"userAgent", [](const Event& event) { return event.source->user_agent; }},
    {"requestURI", [](const Event& event) { return event.request_uri; }},
    {"apiGroup", [](const Event& event) { return of_object(event, &Object::api_group); }},
    {"apiVersion", [](const Event& event) { return of_object(event, &Object::api_version); }},
    {"resource", [](const Event& event) { return of_object(event, &Object::resource); }},
    {"subresource", [](const Event& event) { return of_object(event, &Object::subresource); }},
    {"namespace", [](const Event& event) { return of_object(event, &Object::ns); }},
    {"name", [](const Event& event) { return of_object(event, &Object::name); }},
    {"code",
     [](const Event& event) {
       return event.response_status ? std::to_string(event.response_status->code) : std::string();
     }},
    {"reason",
     [](const Event& event) {
       return event.response_status ? event.response_status->reason : std::string();
     }},
    {"decision",
     [](const Event& event) { return annotation(event, "authorization.k8s.io/decision"); }},
    {"fault", [](const Event& event) { return annotation(event, "kaudit.io/fault"); }},
};

std::string known_parameters() {
  std::string text;
  for (const Parameter& parameter : kParameters) text += std::string(parameter.name) + ", ";
  return text + "wait, count";
}

}  // namespace

bool EventQuery::fits(const Event& event) const {
  return std::all_of(conditions.begin(), conditions.end(), [&event](const Condition& condition) {
    const std::string value = condition.field(event);
    return std::find(condition.values.begin(), condition.values.end(), value) !=
           condition.values.end();
  });
}

Result<EventQuery> EventQuery::read(const std::vector<std::pair<std::string, std::string>>& query) {
  EventQuery read;
  for (const auto& [name, value] : query) {
    if (name == "wait") {
      const auto wait = parse_duration(value);
      if (!wait || wait->count() < 0 || *wait > kLongestWait) {
        return fail("wait=" + go_quoted(value) + " must be a duration from 0s to 50s");
      }
      read.wait = *wait;
      continue;
    }
    if (name == "count") {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), read.count);
      if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
        return fail("count=" + go_quoted(value) + " must be a whole number");
      }
      continue;
    }
    const auto* known =
        std::find_if(std::begin(kParameters), std::end(kParameters),
                     [&name = name](const Parameter& one) { return one.name == name; });
    if (known == std::end(kParameters)) {
      return fail("there is no parameter " + go_quoted(name) + "; there are " + known_parameters());
    }
    const auto same = std::find_if(
        read.conditions.begin(), read.conditions.end(),
        [known](const Condition& condition) { return condition.field == known->field; });
    if (same != read.conditions.end()) {
      same->values.push_back(value);
    } else {
      read.conditions.push_back({known->field, {value}});
    }
  }
  return read;
}

}  // namespace kaudit::apiserver::testapi
