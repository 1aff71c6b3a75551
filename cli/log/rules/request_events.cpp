#include "cli/log/rules/request_events.hpp"

#include <cstdlib>

#include "audit/encoder.hpp"
#include "audit/search/slices.hpp"
#include "base/text/list.hpp"
#include "cli/policy/input/request_attributes.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::cli {
namespace {

/// The path with its query, where the request is written with one.
std::string uri_of(const RequestOfTest& request, const RequestAttributes& attributes) {
  for (const std::string_view word : split(request.line, ' ')) {
    if (word.starts_with('/')) return std::string(word);
  }
  if (!attributes.path.empty()) return attributes.path;
  std::string uri = attributes.api_group.empty() ? "/api/" : "/apis/" + attributes.api_group + "/";
  uri += attributes.api_version.empty() ? "v1" : attributes.api_version;
  if (!attributes.ns.empty()) uri += "/namespaces/" + attributes.ns;
  uri += "/" + attributes.resource;
  if (!attributes.name.empty()) uri += "/" + attributes.name;
  if (!attributes.subresource.empty()) uri += "/" + attributes.subresource;
  return uri;
}

int code_of(const RequestOfTest& request, const RequestAttributes& attributes) {
  if (!request.code.empty()) return std::atoi(request.code.c_str());
  if (!attributes.user) return 401;
  if (attributes.subresource == "exec" || attributes.subresource == "attach" ||
      attributes.subresource == "portforward") {
    return 101;
  }
  return attributes.verb == "create" ? 201 : 200;
}

audit::Event event_of(const RequestOfTest& request, const RequestAttributes& attributes) {
  audit::Event event;
  event.audit_id = "00000000-0000-4000-8000-000000000001";
  event.request_uri = uri_of(request, attributes);
  event.verb = attributes.verb;
  if (attributes.user) event.user = *attributes.user;
  event.source = audit::RequestSource{{"192.0.2.1"}, "kaudit"};
  event.request_received_timestamp = {1'767'225'600, 0};
  event.stage_timestamp = {1'767'225'600, 1'000'000};
  if (attributes.resource_request) {
    audit::ObjectReference object;
    object.resource = attributes.resource;
    object.ns = attributes.ns;
    object.name = attributes.name;
    object.api_group = attributes.api_group;
    object.api_version = attributes.api_version.empty() ? "v1" : attributes.api_version;
    object.subresource = attributes.subresource;
    if (object.name.empty() && !request.body.empty()) {
      object.name = audit::search::text_of(
          audit::search::member_of(audit::search::member_of(request.body, "metadata"), "name"));
    }
    event.object_ref = object;
  }
  event.annotations.set("authorization.k8s.io/decision",
                        code_of(request, attributes) == 403 ? "forbid" : "allow");
  event.annotations.set("authorization.k8s.io/reason", "");
  return event;
}

}  // namespace

Result<std::vector<std::string>> events_of_request(const RequestOfTest& request,
                                                   const audit::Evaluator* evaluator) {
  const auto attributes = read_request_line(request.line);
  if (!attributes) return fail("request: " + attributes.error().message);
  audit::Decision decision;
  decision.level = audit::Level::RequestResponse;
  decision.rule = 0;
  const audit::Attributes view = attributes->view();
  if (evaluator != nullptr) decision = evaluator->evaluate(view);
  std::vector<std::string> lines;
  for (const policy::ExpectedEvent& expected : policy::expected_events(decision, view)) {
    if (expected.omitted) continue;
    audit::Event event = event_of(request, *attributes);
    event.level = decision.level;
    event.stage = expected.stage;
    const bool answered = expected.stage != audit::Stage::RequestReceived;
    if (answered) {
      audit::Status status;
      status.code = code_of(request, *attributes);
      event.response_status = status;
    } else {
      event.annotations.clear();
    }
    const bool last = expected.stage == audit::Stage::ResponseComplete;
    if (last && decision.level >= audit::Level::Request && !request.body.empty()) {
      event.request_object = RawJson::parse(request.body).value_or(RawJson());
    }
    const std::string& response = request.response.empty() ? request.body : request.response;
    if (last && decision.level >= audit::Level::RequestResponse && !response.empty()) {
      event.response_object = RawJson::parse(response).value_or(RawJson());
    }
    std::string line;
    append_event(line, event);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace kaudit::cli
