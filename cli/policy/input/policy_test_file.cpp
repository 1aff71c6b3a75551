#include "cli/policy/input/policy_test_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "base/text/integer.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/yaml/reader.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::cli {
namespace {

using audit::Level;
using audit::Stage;
using audit::StageSet;
using yaml::Node;
using yaml::Position;

constexpr std::array<std::string_view, 1> kFileFields{"tests"};
constexpr std::array<std::string_view, 4> kTestFields{"name", "request", "requests", "expect"};
constexpr std::array<std::string_view, 6> kExpectFields{"level",  "atLeast", "atMost",
                                                        "stages", "rule",    "omitManagedFields"};
constexpr std::array<std::string_view, 10> kRequestFields{
    "user",     "verb",        "resourceRequest", "apiGroup", "apiVersion",
    "resource", "subresource", "namespace",       "name",     "path"};

/// Reads one file; its errors carry the place.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Result<std::vector<PolicyTest>> read(const Node& root) const {
    const Node* list = &root;
    if (root.mapping() != nullptr) {
      if (auto known = check_fields(root, kFileFields, "the file"); !known) {
        return tl::unexpected(known.error());
      }
      list = find(root, "tests");
    }
    if (list == nullptr || list->sequence() == nullptr || list->sequence()->empty()) {
      return error(root.position, "expected tests: a list of at least one test");
    }
    std::vector<PolicyTest> tests;
    for (const Node* node : *list->sequence()) {
      auto test = read_test(*node);
      if (!test) return tl::unexpected(test.error());
      tests.push_back(*std::move(test));
    }
    return tests;
  }

  tl::unexpected<Error> error(Position at, const std::string& message) const {
    return fail(file_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                message);
  }

 private:
  Result<void> check_fields(const Node& node, std::span<const std::string_view> known,
                            std::string_view what) const {
    if (node.mapping() == nullptr) {
      return error(node.position, std::string(what) + ": expected a mapping, found " +
                                      std::string(json_type(node)));
    }
    for (const yaml::Member& member : *node.mapping()) {
      if (std::find(known.begin(), known.end(), member.key) == known.end()) {
        return error(member.key_position, std::string(what) + ": unknown field " +
                                              go_quoted(member.key) + ": there are " +
                                              joined(known, ", "));
      }
    }
    return {};
  }

  Result<PolicyTest> read_test(const Node& node) const {
    if (auto known = check_fields(node, kTestFields, "a test"); !known) {
      return tl::unexpected(known.error());
    }
    PolicyTest test{"", node.position, {}, {}};
    const Node* name = find(node, "name");
    const Node* request = find(node, "request");
    const Node* requests = find(node, "requests");
    const Node* expect = find(node, "expect");
    if ((request == nullptr) == (requests == nullptr)) {
      return error(node.position, "a test has either request or requests");
    }
    if (expect == nullptr) return error(node.position, "a test needs expect");
    if (requests != nullptr && (requests->sequence() == nullptr || requests->sequence()->empty())) {
      return error(requests->position, "requests: expected a list of at least one request");
    }
    const yaml::Items items = requests != nullptr ? *requests->sequence() : yaml::Items{request};
    for (const Node* item : items) {
      auto read = read_request(*item);
      if (!read) return tl::unexpected(read.error());
      test.requests.push_back(*std::move(read));
    }
    if (name != nullptr && name->string() == nullptr) {
      return error(name->position, "name: expected a string");
    }
    test.name = name != nullptr ? *name->string() : test.requests.front().text;
    auto expected = read_expectation(*expect);
    if (!expected) return tl::unexpected(expected.error());
    test.expected = *std::move(expected);
    return test;
  }

  Result<TestRequest> read_request(const Node& node) const {
    if (const std::string* line = node.string()) {
      auto attributes = read_request_line(*line);
      if (!attributes) return error(node.position, attributes.error().message);
      return TestRequest{*line, *std::move(attributes)};
    }
    if (auto known = check_fields(node, kRequestFields, "a request"); !known) {
      return tl::unexpected(known.error());
    }
    auto attributes = read_attributes(node);
    if (!attributes) return error(node.position, attributes.error().message);
    if (find(node, "resourceRequest") == nullptr) {
      attributes->resource_request = !attributes->resource.empty();
    }
    std::string text = in_words(*attributes) + ", by " + user_text(*attributes);
    return TestRequest{std::move(text), *std::move(attributes)};
  }

  Result<Expectation> read_expectation(const Node& node) const {
    Expectation expected;
    if (node.string() != nullptr) {
      auto level = read_level(node, "expect");
      if (!level) return tl::unexpected(level.error());
      expected.level = *level;
      return expected;
    }
    if (auto known = check_fields(node, kExpectFields, "expect"); !known) {
      return tl::unexpected(known.error());
    }
    if (node.mapping()->empty()) {
      return error(node.position, "expect: there is nothing in it that could fail");
    }
    for (const auto& [name, level] :
         {std::pair<const char*, std::optional<Level>*>{"level", &expected.level},
          {"atLeast", &expected.at_least},
          {"atMost", &expected.at_most}}) {
      const Node* value = find(node, name);
      if (value == nullptr) continue;
      auto read = read_level(*value, name);
      if (!read) return tl::unexpected(read.error());
      *level = *read;
    }
    if (auto read = read_others(node, expected); !read) return tl::unexpected(read.error());
    return expected;
  }

  Result<void> read_others(const Node& node, Expectation& expected) const {
    if (const Node* stages = find(node, "stages")) {
      auto read = read_stages(*stages);
      if (!read) return tl::unexpected(read.error());
      expected.stages = *read;
    }
    if (const Node* rule = find(node, "rule")) {
      const std::int64_t number =
          rule->number() != nullptr ? parse_int64(rule->number()->text).value_or(-2) : -2;
      if (number < -1 || number > std::numeric_limits<int>::max()) {
        return error(rule->position, "rule: expected a rule's index from 0, or -1 for none");
      }
      expected.rule = static_cast<int>(number);
    }
    if (const Node* omit = find(node, "omitManagedFields")) {
      if (omit->boolean() == nullptr) {
        return error(omit->position, "omitManagedFields: expected true or false");
      }
      expected.omit_managed_fields = *omit->boolean();
    }
    return {};
  }

  Result<Level> read_level(const Node& node, std::string_view field) const {
    const auto level = node.string() != nullptr ? audit::parse_level(*node.string()) : std::nullopt;
    if (level) return *level;
    return error(node.position,
                 std::string(field) + ": expected None, Metadata, Request or RequestResponse");
  }

  Result<StageSet> read_stages(const Node& node) const {
    constexpr std::string_view kExpected =
        "stages: expected a list of RequestReceived, ResponseStarted, ResponseComplete";
    if (node.sequence() == nullptr) return error(node.position, std::string(kExpected));
    StageSet stages;
    for (const Node* item : *node.sequence()) {
      const auto stage =
          item->string() != nullptr ? audit::parse_stage(*item->string()) : std::nullopt;
      if (!stage || *stage == Stage::Panic) return error(item->position, std::string(kExpected));
      stages.insert(*stage);
    }
    return stages;
  }

  const std::string& file_;
};

std::string listed(const StageSet& stages) {
  std::string text = "[";
  for (const Stage stage : audit::kAllStages) {
    if (!stages.contains(stage)) continue;
    if (text.size() > 1) text += ", ";
    text += to_string(stage);
  }
  return text + "]";
}

/// `Metadata`, and why it is not the rule's level.
std::string level_text(const policy::Recording& recording, const audit::Decision& decision) {
  std::string text(to_string(recording.level));
  if (recording.level == decision.level) return text;
  text += " (level " + std::string(to_string(decision.level));
  return text + (recording.stages.empty() ? ", but every event is omitted)"
                                          : ", but the event that holds bodies is omitted)");
}

}  // namespace

std::vector<std::string> Expectation::failures(const audit::Decision& decision,
                                               const audit::Attributes& request) const {
  std::vector<std::string> texts;
  const auto wanted = [&](const std::string& what, const std::string& got) {
    texts.push_back("expected " + what + ", got " + got);
  };
  const policy::Recording recording = policy::recorded(decision, request);
  const std::string got_level = level_text(recording, decision);
  if (level && recording.level != *level) {
    wanted("level " + std::string(to_string(*level)), got_level);
  }
  if (at_least && recording.level < *at_least) {
    wanted("at least level " + std::string(to_string(*at_least)), got_level);
  }
  if (at_most && recording.level > *at_most) {
    wanted("at most level " + std::string(to_string(*at_most)), got_level);
  }
  if (stages) {
    const StageSet& made = recording.stages;
    if (!(made == *stages)) wanted("stages " + listed(*stages), listed(made));
  }
  if (rule && decision.rule != *rule) {
    wanted("rule " + std::to_string(*rule), std::to_string(decision.rule));
  }
  if (omit_managed_fields && decision.omit_managed_fields != *omit_managed_fields) {
    wanted(std::string("omitManagedFields ") + (*omit_managed_fields ? "true" : "false"),
           decision.omit_managed_fields ? "true" : "false");
  }
  return texts;
}

Result<std::vector<PolicyTest>> read_policy_tests(std::string_view text, const std::string& file) {
  const auto document = yaml::read_document(text);
  const Reader reader(file);
  if (!document) return reader.error(document.error().position, document.error().message);
  return reader.read(*document->root);
}

}  // namespace kaudit::cli
