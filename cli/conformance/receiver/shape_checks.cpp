#include <array>
#include <string>
#include <utility>
#include <vector>

#include "cli/conformance/receiver/receiver_run.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kLargeBody = 3'000'000;

/// An event with a body; `of` is requestObject or responseObject.
EventParts with_body(const std::string& of, const std::string& body, const std::string& verb) {
  EventParts parts;
  parts.level = "RequestResponse";
  parts.verb = verb;
  parts.middle = R"("objectRef":{"resource":"configmaps","namespace":"default","name":"kit",)"
                 R"("apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},")" +
                 of + "\":" + body + ",";
  return parts;
}

std::vector<std::string> stages(EventMaker& maker) {
  std::vector<std::string> events;
  for (const char* const level : {"Metadata", "Request", "RequestResponse"}) {
    for (const char* const stage :
         {"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"}) {
      EventParts parts;
      parts.level = level;
      parts.stage = stage;
      if (parts.stage == "RequestReceived") parts.middle.clear();
      events.push_back(maker.event(parts));
    }
  }
  return events;
}

std::string unauthenticated(EventMaker& maker) {
  EventParts parts;
  parts.stage = "ResponseStarted";
  parts.user = "{}";
  parts.middle = R"("responseStatus":{"metadata":{},"status":"Failure","message":"Unauthorized",)"
                 R"("reason":"Unauthorized","code":401},)";
  return maker.event(parts);
}

std::string panic(EventMaker& maker) {
  EventParts parts;
  parts.stage = "Panic";
  parts.middle =
      R"("responseStatus":{"metadata":{},"status":"Failure","message":"APIServer panic'd: )"
      R"(runtime error: invalid memory address or nil pointer dereference",)"
      R"("reason":"InternalError","code":500},)";
  return maker.event(parts);
}

std::vector<std::string> exec(EventMaker& maker) {
  EventParts parts;
  parts.verb = "get";
  parts.uri =
      "/api/v1/namespaces/default/pods/web-0/exec?command=sh&command=-c&stdin=true&tty=true";
  parts.middle =
      R"("objectRef":{"resource":"pods","namespace":"default","name":"web-0",)"
      R"("apiVersion":"v1","subresource":"exec"},"responseStatus":{"metadata":{},"code":101},)";
  std::vector<std::string> events;
  for (const char* const stage : {"ResponseStarted", "ResponseComplete"}) {
    parts.stage = stage;
    events.push_back(maker.event(parts));
  }
  return events;
}

std::vector<std::string> bodies(EventMaker& maker, const std::string& of, const std::string& verb,
                                std::initializer_list<const char*> all) {
  std::vector<std::string> events;
  for (const char* const body : all) events.push_back(maker.event(with_body(of, body, verb)));
  return events;
}

std::vector<std::string> patches(EventMaker& maker) {
  return bodies(maker, "requestObject", "patch",
                {R"([{"op":"replace","path":"/data/a","value":null},{"op":"remove","path":"/x"}])",
                 R"({"data":{"a":null,"b":"2"}})", R"("text")", "7", "true", "[]", "{}"});
}

std::vector<std::string> answers(EventMaker& maker) {
  return bodies(
      maker, "responseObject", "list",
      {R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no",)"
       R"("reason":"NotFound","details":{"name":"kit","kind":"configmaps"},"code":404})",
       R"({"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"12"},)"
       R"("items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"},"data":{"k":"v"}}]})",
       R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{},"columnDefinitions":)"
       R"([{"name":"Name","type":"string","format":"name","description":"","priority":0}],)"
       R"("rows":[{"cells":["kit",1,null,true],"object":null}]})"});
}

std::vector<std::string> internal_options(EventMaker& maker) {
  return bodies(maker, "requestObject", "delete",
                {R"({"kind":"DeleteOptions","apiVersion":"meta.k8s.io/__internal",)"
                 R"("propagationPolicy":"Background"})"});
}

std::vector<std::string> empty_members(EventMaker& maker) {
  EventParts parts;
  parts.user = R"({"username":"kit","extra":{"none":null,"empty":[],"one":[""]}})";
  parts.middle = R"("objectRef":{},"responseStatus":{"metadata":{}},"requestObject":{},)"
                 R"("responseObject":{"metadata":{},"items":[],"nothing":null},)";
  std::vector<std::string> events{maker.event(parts)};
  parts.user = "{}";
  parts.uri = "";
  parts.verb = "";
  events.push_back(maker.event(parts));
  return events;
}

std::string annotations(EventMaker& maker) {
  EventParts parts;
  parts.behind =
      R"(,"annotations":{"apiserver.latency.k8s.io/total":"1.234567s",)"
      R"("authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"",)"
      R"("patch.webhook.admission.k8s.io/round_0_index_0":"{\"patch\":[{\"op\":\"add\"}]}",)"
      R"("pod-security.kubernetes.io/enforce-policy":"baseline:latest"})";
  return maker.event(parts);
}

std::string impersonation(EventMaker& maker) {
  EventParts parts;
  parts.middle = R"("impersonatedUser":{"username":"jane","groups":["dev","system:authenticated"],)"
                 R"("extra":{"acme.com/project":["x"]}},"authenticationMetadata":)"
                 R"({"impersonationConstraint":"impersonate:user-info"},"responseStatus":)"
                 R"({"metadata":{},"code":200},)";
  return maker.event(parts);
}

std::string unknown_members(EventMaker& maker) {
  EventParts parts;
  parts.user = R"({"username":"kit","fromTheFuture":{"a":[1,2]}})";
  parts.middle += R"("alsoFromTheFuture":{"nested":[{"x":1}]},"aNumber":1,"aNull":null,)";
  return maker.event(parts);
}

std::vector<std::string> unknown_values(EventMaker& maker) {
  EventParts parts;
  parts.stage = "ResponseQueued";
  std::vector<std::string> events{maker.event(parts)};
  parts.stage = "ResponseComplete";
  parts.level = "Everything";
  events.push_back(maker.event(parts));
  return events;
}

std::vector<std::string> unicode(EventMaker& maker) {
  EventParts parts = with_body(
      "requestObject",
      "{\"plain\":\"\xC3\xA9 \xE6\xBC\xA2 \xF0\x9F\x9A\x80\",\"escaped\":"
      R"("\u00e9 \u6f22 \ud83d\ude80","lines":"\u2028\u2029","html":"\u003cb\u003e\u0026amp;",)"
      R"("controls":"\u0000\u0001\u001f\b\f\n\r\t","quotes":"\"\\\/","del":")"
      "\x7F\",\"bom\":\"\xEF\xBB\xBF\",\"rtl\":\"\xE2\x80\xAEx\"}",
      "create");
  std::vector<std::string> events{maker.event(parts)};
  parts.uri = "/api/v1/namespaces/default/configmaps?labelSelector=a%3D%C3%A9<>&x=\xC3\xA9";
  parts.user = "{\"username\":\"j\xC3\xB6rg\xE2\x80\xA8\",\"groups\":[\"\",\" \"]}";
  events.push_back(maker.event(parts));
  return events;
}

std::vector<std::string> numbers(EventMaker& maker) {
  return bodies(maker, "requestObject", "patch",
                {R"({"large":12345678901234567890,"larger":12345678901234567890.50,)"
                 R"("max":9223372036854775807,"min":-9223372036854775808,"small":1E-400,)"
                 R"("exact":0.1000000000000000055,"exponent":1E5,"zero":0,"list":[1,1.0,100]})"});
}

std::string long_audit_id(EventMaker& maker) {
  EventParts parts;
  parts.audit_id = "kit-" + maker.run() + "-" + std::string(8192, 'i');
  return maker.event(parts);
}

std::string large_event(EventMaker& maker) {
  return maker.event(with_body("requestObject",
                               R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"kit"},)"
                               R"("data":{"large":")" +
                                   std::string(kLargeBody, 'x') + "\"}}",
                               "create"));
}

}  // namespace

void check_shapes(ReceiverRun& run) {
  EventMaker& maker = run.maker();
  run.deliver("shapes.stages", stages(maker));
  run.deliver("shapes.unauthenticated", {unauthenticated(maker)});
  run.deliver("shapes.panic", {panic(maker)});
  run.deliver("shapes.exec", exec(maker));
  run.deliver("shapes.patches", patches(maker));
  run.deliver("shapes.answers", answers(maker));
  run.deliver("shapes.internal-options", internal_options(maker));
  run.deliver("shapes.empty-members", empty_members(maker));
  run.deliver("shapes.annotations", {annotations(maker)});
  run.deliver("shapes.impersonation", {impersonation(maker)});
  run.deliver("shapes.unknown-members", {unknown_members(maker)});
  run.deliver("shapes.unknown-values", unknown_values(maker));
  run.deliver("shapes.unicode", unicode(maker));
  run.deliver("shapes.numbers", numbers(maker));
  run.deliver("shapes.long-audit-id", {long_audit_id(maker)});
  run.deliver("shapes.large-event", {large_event(maker)});
}

}  // namespace kaudit::cli
