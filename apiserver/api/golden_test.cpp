// Replays requests that a real API server answered, and compares answers and audit events with its
// own. The cases are in testdata/golden; with KAUDIT_GOLDEN they are taken from that folder's
// http/, where there are more.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"
#include "audit/encoder.hpp"

namespace kaudit::apiserver::api {
namespace {

using OrderedJson = nlohmann::ordered_json;
using testing::Answered;
using testing::Asked;
using testing::World;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Head and body of a stored message, and the header lines.
struct Message {
  std::string first_line;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

Message parse_message(const std::string& text) {
  Message message;
  const std::size_t end = text.find("\r\n\r\n");
  std::istringstream head(text.substr(0, end));
  if (end != std::string::npos) message.body = text.substr(end + 4);
  std::getline(head, message.first_line);
  if (!message.first_line.empty()) message.first_line.pop_back();
  for (std::string line; std::getline(head, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::size_t colon = line.find(':');
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    message.headers.emplace_back(line.substr(0, colon),
                                 value == std::string::npos ? "" : line.substr(value));
  }
  return message;
}

std::string without_run(std::string text) {
  static const std::regex kUid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)");
  static const std::regex kRandomName("\\b(gen|g)-[a-z0-9]{5}\\b");
  text = std::regex_replace(text, kUid, "UID");
  text = std::regex_replace(text, kTime, "TIME");
  return std::regex_replace(text, kRandomName, "$1-XXXXX");
}

// Replaces what differs from run to run, and leaves out managedFields, which this server does not
// keep up.
OrderedJson canonical(const OrderedJson& value, const std::string& key = "") {
  if (value.is_object()) {
    OrderedJson result = OrderedJson::object();
    for (const auto& [name, member] : value.items()) {
      if (name != "managedFields") result[name] = canonical(member, name);
    }
    return result;
  }
  if (value.is_array()) {
    OrderedJson result = OrderedJson::array();
    for (const OrderedJson& element : value) result.push_back(canonical(element, key));
    return result;
  }
  if (!value.is_string()) return value;
  if (key == "resourceVersion" || key == "continue") return key;
  return without_run(value.get<std::string>());
}

// A body: one JSON value, one a line (a watch), or plain text.
OrderedJson canonical_body(const std::string& body) {
  if (OrderedJson whole = OrderedJson::parse(body, nullptr, false); !whole.is_discarded()) {
    return canonical(whole);
  }
  OrderedJson lines = OrderedJson::array();
  std::istringstream in(body);
  for (std::string line; std::getline(in, line);) {
    const OrderedJson value = OrderedJson::parse(line, nullptr, false);
    lines.push_back(value.is_discarded() ? OrderedJson(line) : canonical(value));
  }
  return lines;
}

OrderedJson comparable(const OrderedJson& event) {
  OrderedJson result = OrderedJson::object();
  for (const char* member :
       {"verb", "objectRef", "responseStatus", "requestObject", "responseObject"}) {
    if (event.contains(member)) result[member] = canonical(event[member]);
  }
  return result;
}

class Replay {
 public:
  explicit Replay(std::filesystem::path folder)
      : folder_(std::move(folder)), world_(ApiOptions{{}, SleepAnnotation::Heeded}) {}

  int compared = 0;

  void run(const std::string& plan) {
    std::ifstream in(plan);
    ASSERT_TRUE(in) << plan;
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string command;
      words >> command;
      if (command == "do") set_up(words);
      if (command == "case") compare(line.substr(5));
    }
  }

 private:
  void set_up(std::istringstream& words) {
    Asked asked;
    words >> asked.method >> asked.target >> std::ws;
    std::getline(words, asked.body);
    const bool patch = asked.method == "PATCH";
    asked.headers = {{"Content-Type", patch ? "application/merge-patch+json" : "application/json"}};
    const Answered answered = world_.ask(asked);
    EXPECT_LT(answered.status, 300) << asked.target << " " << answered.body;
  }

  void compare(const std::string& name) {
    SCOPED_TRACE(name);
    const std::filesystem::path folder = folder_ / name;
    ASSERT_TRUE(std::filesystem::exists(folder / "request.txt")) << folder;
    const Message request = parse_message(read_file(folder / "request.txt"));
    const Message response = parse_message(read_file(folder / "response.txt"));
    std::istringstream lines(read_file(folder / "events.jsonl"));
    OrderedJson event;
    for (std::string line; std::getline(lines, line);) event = OrderedJson::parse(line);

    const Answered answered = world_.ask(asked_of(name, request, event), [&](RequestScope& scope) {
      if (name.starts_with("abort") || name == "watch-abort") {
        scope.cancellation.cancel(Cancellation::Reason::ClientGone);
      }
      if (name.starts_with("timeout-1s")) {
        scope.cancellation.cancel(Cancellation::Reason::DeadlineExceeded);
      }
    });

    std::string encoded;
    audit::append_event(encoded, *answered.event);
    EXPECT_EQ(comparable(OrderedJson::parse(encoded)), comparable(event));
    ++compared;
    learn(response.body, answered.body);
    // A client that left got nothing; one whose time was over got its answer from a filter.
    if (response.first_line.empty() || name.starts_with("timeout-1s")) return;
    EXPECT_EQ(std::to_string(answered.status), response.first_line.substr(9, 3));
    if (answered.status == 406 || request.first_line.starts_with("HEAD")) return;
    EXPECT_EQ(canonical_body(answered.body), canonical_body(response.body));
    for (const auto& [header, value] : response.headers) {
      if (header == "Content-Type") {
        EXPECT_EQ(answered.headers.first(header).value_or(""), value);
      }
    }
  }

  Asked asked_of(const std::string& name, const Message& request, const OrderedJson& event) const {
    Asked asked;
    std::istringstream words(request.first_line);
    words >> asked.method;
    asked.target = request.first_line.substr(asked.method.size() + 1);
    asked.target.resize(asked.target.rfind(" HTTP/"));
    asked.headers = request.headers;
    asked.body = as_known_here(request.body);
    const std::string level = event["level"];
    asked.level = level == "Metadata"  ? audit::Level::Metadata
                  : level == "Request" ? audit::Level::Request
                                       : audit::Level::RequestResponse;
    if (name == "abort-in-body") asked.body_error = http::BodyError::UnexpectedEof;
    return asked;
  }

  // Later requests speak of uids and versions that an answer showed.
  void learn(const std::string& theirs, const std::string& ours) {
    const OrderedJson a = OrderedJson::parse(theirs, nullptr, false);
    const OrderedJson b = OrderedJson::parse(ours, nullptr, false);
    if (!a.is_object() || !b.is_object() || !a.contains("metadata") || !b.contains("metadata")) {
      return;
    }
    for (const char* member : {"uid", "resourceVersion"}) {
      const std::string from = a["metadata"].value(member, "");
      const std::string to = b["metadata"].value(member, "");
      if (!from.empty() && !to.empty()) known_[member + (":" + from)] = to;
    }
  }

  std::string as_known_here(const std::string& body) const {
    static const std::regex kKnown("\"(uid|resourceVersion)\": \"([^\"]+)\"");
    std::string result;
    auto rest = body.begin();
    for (std::sregex_iterator match(body.begin(), body.end(), kKnown), end; match != end; ++match) {
      const auto known = known_.find((*match)[1].str() + ":" + (*match)[2].str());
      if (known == known_.end()) continue;
      result.append(rest, (*match)[2].first) += known->second;
      rest = (*match)[2].second;
    }
    return result.append(rest, body.end());
  }

  const std::filesystem::path folder_;
  World world_;
  std::map<std::string, std::string> known_;
};

TEST(Golden, AnswersAndEventsAreTheRealServers) {
  const char* full = std::getenv("KAUDIT_GOLDEN");
  Replay replay(full ? std::filesystem::path(full) / "http"
                     : std::filesystem::path(KAUDIT_TESTDATA "/golden"));
  replay.run(KAUDIT_TESTDATA "/replay.txt");
  EXPECT_GT(replay.compared, 60);
}

}  // namespace
}  // namespace kaudit::apiserver::api
