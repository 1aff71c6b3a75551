#include "policy/expected_events.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace kaudit::policy {
namespace {

using audit::Attributes;
using audit::Decision;
using audit::Level;
using audit::Stage;

bool is_discovery(std::string_view path) {
  return path == "/api" || path == "/apis" || path.starts_with("/api/") ||
         path.starts_with("/apis/");
}

bool upgrades(const Attributes& request) {
  return request.subresource == "exec" || request.subresource == "attach" ||
         request.subresource == "portforward";
}

std::string request_body(const Attributes& request) {
  if (request.user == nullptr || !request.resource_request || audit::long_running(request)) {
    return "";
  }
  if (request.verb == "create" || request.verb == "update") {
    return "the object, decoded and with its defaults, before admission";
  }
  if (request.verb == "patch") return "the patch as it was sent";
  if (request.verb == "delete" || request.verb == "deletecollection") {
    return "the DeleteOptions, if the client sends some";
  }
  return "";
}

std::string response_body(const Attributes& request) {
  if (request.user == nullptr) return "the Status";
  if (!request.resource_request) return is_discovery(request.path) ? "the document" : "";
  if (audit::long_running(request)) return "";
  if (request.verb == "list") return "the whole list";
  if (request.verb == "delete") return "a Status, or the object while it has finalizers";
  if (request.verb == "deletecollection") return "the list of all that was deleted";
  if (request.verb.empty()) return "";
  return "the object";
}

std::string stage_remark(Stage stage, const Attributes& request) {
  if (request.user == nullptr) return "code 401, no user, no annotations";
  if (stage == Stage::ResponseStarted) {
    return upgrades(request) ? "code 101, when the connection is switched"
                             : "when the status line is sent";
  }
  return stage == Stage::ResponseComplete && audit::long_running(request) ? "when the stream ends"
                                                                          : "";
}

}  // namespace

audit::StageSet stages_of(const Attributes& request) noexcept {
  audit::StageSet stages;
  if (request.user == nullptr || audit::long_running(request)) {
    stages.insert(Stage::ResponseStarted);
  }
  if (request.user == nullptr) return stages;
  stages.insert(Stage::RequestReceived);
  stages.insert(Stage::ResponseComplete);
  return stages;
}

Recording recorded(const Decision& decision, const Attributes& request) noexcept {
  Recording recording;
  if (decision.level == Level::None) return recording;
  Stage last = Stage::RequestReceived;
  for (const Stage stage : audit::kAllStages) {
    if (!stages_of(request).contains(stage)) continue;
    last = stage;
    if (decision.omit_stages.contains(stage)) continue;
    recording.stages.insert(stage);
    recording.outcome |= stage != Stage::RequestReceived;
  }
  if (recording.stages.empty()) return recording;
  recording.level =
      recording.stages.contains(last) ? decision.level : std::min(decision.level, Level::Metadata);
  return recording;
}

Level recorded_content(const Decision& decision, const Attributes& request) {
  const Level level = recorded(decision, request).level;
  if (level >= Level::RequestResponse && !response_body(request).empty()) return level;
  if (level >= Level::Request && !request_body(request).empty()) return Level::Request;
  return std::min(level, Level::Metadata);
}

std::vector<ExpectedEvent> expected_events(const Decision& decision, const Attributes& request) {
  std::vector<ExpectedEvent> events;
  if (decision.level == Level::None) return events;
  for (const Stage stage : audit::kAllStages) {
    if (!stages_of(request).contains(stage)) continue;
    events.push_back(
        {stage, decision.omit_stages.contains(stage), "", "", stage_remark(stage, request)});
  }
  // Bodies are known when the answer is.
  ExpectedEvent& last = events.back();
  if (decision.level >= Level::Request) last.request_object = request_body(request);
  if (decision.level >= Level::RequestResponse) last.response_object = response_body(request);
  return events;
}

}  // namespace kaudit::policy
