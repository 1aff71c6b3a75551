#include "cli/conformance/receiver/event_maker.hpp"

#include <random>

#include "base/json/json_text.hpp"
#include "base/text/hex.hpp"
#include "base/text/list.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::cli {
namespace {

std::string random_hex() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 6; ++i) append_hex(out, static_cast<char>(random() & 0xFFU));
  return out;
}

}  // namespace

EventMaker::EventMaker() : run_(random_hex()) {}

std::string EventMaker::event(const EventParts& parts) {
  Timestamp staged = Timestamp::now();
  staged.seconds += parts.shift_seconds;
  Timestamp received = staged;
  if (parts.stage != "RequestReceived") received.seconds -= 1;
  const std::string id =
      parts.audit_id.empty() ? "kit-" + run_ + "-" + std::to_string(++count_) : parts.audit_id;
  std::string out = R"({"level":)";
  append_json_string(out, parts.level);
  out += R"(,"auditID":)";
  append_json_string(out, id);
  out += R"(,"stage":)";
  append_json_string(out, parts.stage);
  out += R"(,"requestURI":)";
  append_json_string(out, parts.uri);
  out += R"(,"verb":)";
  append_json_string(out, parts.verb);
  out += R"(,"user":)" + parts.user + R"(,"sourceIPs":["10.0.0.1"],"userAgent":"kaudit-kit",)";
  out += parts.middle;
  out += R"("requestReceivedTimestamp":")";
  append_rfc3339(out, received, TimeForm::MicroTime);
  out += R"(","stageTimestamp":")";
  append_rfc3339(out, staged, TimeForm::MicroTime);
  return out + "\"" + parts.behind + "}";
}

std::vector<std::string> EventMaker::events(std::size_t count, const EventParts& parts) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(event(parts));
  return made;
}

std::string EventMaker::list(const std::vector<std::string>& events, std::string_view version) {
  std::string out = R"({"kind":"EventList","apiVersion":")" + std::string(version) +
                    R"(","metadata":{},"items":[)";
  return out + joined(events, ",") + "]}\n";
}

}  // namespace kaudit::cli
