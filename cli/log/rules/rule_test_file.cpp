#include "cli/log/rules/rule_test_file.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/to_json.hpp"
#include "cli/log/rules/request_events.hpp"
#include "policy/evaluator.hpp"
#include "policy/loader.hpp"

namespace kaudit::cli {
namespace {

using audit::rules::member_text;
using audit::rules::texts_of;
using yaml::Node;

class RuleTestReader {
 public:
  RuleTestReader(std::string file, std::shared_ptr<const audit::Evaluator> evaluator)
      : file_(std::move(file)), evaluator_(std::move(evaluator)) {}

  Result<RuleTestFile> read(const Node& root) {
    RuleTestFile out;
    const Node* list = &root;
    if (root.mapping() != nullptr) {
      if (auto known = check_keys(root, {"rules", "policy", "tests"}); !known) {
        return tl::unexpected(known.error());
      }
      if (const Node* rules = find(root, "rules")) {
        for (const std::string& name : texts_of(*rules)) out.rules.push_back(beside(name));
      }
      if (const auto policy = member_text(root, "policy")) {
        auto loaded = policy::load_policy_file(beside(*policy));
        if (!loaded) return at(root, loaded.error().message);
        evaluator_ = policy::compile(loaded->policy);
      }
      list = find(root, "tests");
    }
    if (list == nullptr || list->sequence() == nullptr || list->sequence()->empty()) {
      return at(root, "expected tests: a list of at least one test");
    }
    for (const Node* node : *list->sequence()) {
      auto test = read_test(*node);
      if (!test) return tl::unexpected(test.error());
      out.tests.push_back(*std::move(test));
    }
    return out;
  }

  tl::unexpected<Error> at(const Node& node, const std::string& message) const {
    return fail(file_ + ":" + std::to_string(node.position.line) + ": " + message);
  }

 private:
  /// A file's name as one beside this one.
  std::string beside(const std::string& name) const {
    const std::filesystem::path path(name);
    if (path.is_absolute()) return name;
    return (std::filesystem::path(file_).parent_path() / path).string();
  }

  Result<void> check_keys(const Node& node, std::initializer_list<std::string_view> known) const {
    if (node.mapping() == nullptr) return at(node, "expected a mapping");
    for (const yaml::Member& member : *node.mapping()) {
      if (std::ranges::find(known, member.key) != known.end()) continue;
      return fail(file_ + ":" + std::to_string(member.key_position.line) + ": unknown field " +
                  go_quoted(member.key) + ": there are " +
                  joined(std::vector<std::string_view>(known), ", "));
    }
    return {};
  }

  Result<RuleTest> read_test(const Node& node) const {
    if (auto known = check_keys(
            node, {"name", "event", "events", "request", "body", "response", "code", "expect"});
        !known) {
      return tl::unexpected(known.error());
    }
    RuleTest test;
    test.file = file_;
    test.line = node.position.line;
    test.name = member_text(node, "name").value_or("test of line " + std::to_string(test.line));
    if (auto events = read_events_of(node, test); !events) return tl::unexpected(events.error());
    const Node* const expect = find(node, "expect");
    if (expect == nullptr) return at(node, "a test needs expect: a list of rules, or [] for none");
    if (auto expected = read_expected(*expect, test); !expected) {
      return tl::unexpected(expected.error());
    }
    return test;
  }

  Result<void> read_events_of(const Node& node, RuleTest& test) const {
    const Node* const event = find(node, "event");
    const Node* const events = find(node, "events");
    const auto request = member_text(node, "request");
    if ((event != nullptr) + (events != nullptr) + request.has_value() != 1) {
      return at(node, "a test has one of event, events and request");
    }
    const auto take = [&test](const Node& one) {
      std::string json;
      yaml::append_json(json, one);
      test.events.push_back(std::move(json));
    };
    if (event != nullptr) take(*event);
    if (events != nullptr) {
      if (events->sequence() == nullptr) return at(*events, "events: expected a list");
      for (const Node* one : *events->sequence()) take(*one);
    }
    if (!request) return {};
    RequestOfTest of;
    of.line = *request;
    if (const auto code = member_text(node, "code")) of.code = *code;
    if (const Node* const body = find(node, "body")) yaml::append_json(of.body, *body);
    if (const Node* const response = find(node, "response")) {
      yaml::append_json(of.response, *response);
    }
    auto made = events_of_request(of, evaluator_.get());
    if (!made) return at(node, made.error().message);
    test.events = *std::move(made);
    return {};
  }

  Result<void> read_expected(const Node& expect, RuleTest& test) const {
    if (const auto* members = expect.mapping()) {
      test.exact = false;
      for (const yaml::Member& member : *members) {
        const auto* const number = member.value->number();
        std::uint64_t count = 0;
        const std::string text = number == nullptr ? "" : number->text;
        const auto [to, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (text.empty() || error != std::errc() || to != text.data() + text.size()) {
          return at(*member.value,
                    "how often " + go_quoted(member.key) + " is met must be a number");
        }
        test.expected[member.key] = count;
      }
      return {};
    }
    if (expect.sequence() == nullptr && !expect.string()) {
      return at(expect, "expect must be a list of rules, or a map of rules and numbers");
    }
    for (const std::string& rule : texts_of(expect)) test.expected[rule] = std::nullopt;
    return {};
  }

  std::string file_;
  std::shared_ptr<const audit::Evaluator> evaluator_;
};

}  // namespace

Result<RuleTestFile> read_rule_tests(const std::string& text, const std::string& file,
                                     std::shared_ptr<const audit::Evaluator> evaluator) {
  const auto document = yaml::read_document(text);
  if (!document) {
    return fail(file + ":" + std::to_string(document.error().position.line) + ": " +
                document.error().message);
  }
  return RuleTestReader(file, std::move(evaluator)).read(*document->root);
}

}  // namespace kaudit::cli
