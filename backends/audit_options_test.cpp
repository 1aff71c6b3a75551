#include "backends/audit_options.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/backend_table.hpp"
#include "backends/log/log_options.hpp"
#include "backends/pipeline.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/webhook/webhook_options.hpp"

namespace kaudit::backends {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> texts(const std::vector<Error>& errors) {
  std::vector<std::string> messages;
  messages.reserve(errors.size());
  for (const Error& error : errors) messages.push_back(error.message);
  return messages;
}

/// The files that the placeholders of the cases stand for.
class Placeholders {
 public:
  Placeholders() {
    testing::write_file(values_["{POLICY}"], "apiVersion: audit.k8s.io/v1\n");
    testing::write_file(values_["{BADPOLICY}"], "kind: x\n");
    testing::write_file(values_["{KUBECONFIG}"],
                        "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:9'}}]\n"
                        "contexts: [{name: c, context: {cluster: k}}]\ncurrent-context: c\n");
    testing::write_file(values_["{FILE}"], "");
  }

  std::string filled_in(std::string text) const {
    for (const auto& [name, value] : values_) {
      for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;) {
        text.replace(at, name.size(), value);
      }
    }
    return text;
  }

 private:
  testing::TemporaryFolder folder_;
  std::map<std::string, std::string> values_ = {{"{POLICY}", folder_.path("policy.yaml")},
                                                {"{BADPOLICY}", folder_.path("bad.yaml")},
                                                {"{KUBECONFIG}", folder_.path("kubeconfig.yaml")},
                                                {"{FILE}", folder_.path("file")},
                                                {"{LOG}", folder_.path("new/folder/audit.log")}};
};

/// The composed pipeline with truncation between the mode's decorator and the backend
/// (audit-semantics 8.1); kube-apiserver has it outside.
std::string in_our_order(const std::string& backend) {
  static const std::regex kOutside("truncate<(buffered|ignoreErrors)<(\\w+)>>");
  return std::regex_replace(backend, kOutside, "$1<truncate<$2>>");
}

/// What came of a case, so that the test can tell that it saw cases of every kind.
enum class Outcome { ParseError, Errors, StartError, OtherModule, Backend };

Outcome run_case(const json& expected) {
  const Placeholders placeholders;
  std::vector<std::string> arguments;
  for (const std::string argument : expected["args"]) {
    arguments.push_back(placeholders.filled_in(argument));
  }
  AuditOptions options;
  FlagSet flags;
  options.add_flags(flags);
  const auto parse_errors = texts(flags.parse(arguments));
  if (expected.contains("parseError")) {
    EXPECT_THAT(parse_errors, ElementsAre(StartsWith(expected["parseError"])));
    return Outcome::ParseError;
  }
  EXPECT_THAT(parse_errors, IsEmpty());
  EXPECT_EQ(json(texts(options.validate())), expected["errors"]);
  if (!expected["errors"].empty()) return Outcome::Errors;

  audit::Counters counters;
  auto pipeline = build_pipeline(options, counters);
  const std::string start_error = expected.value("startError", "");
  if (start_error.starts_with("loading audit policy file: ")) return Outcome::OtherModule;
  if (!start_error.empty()) {
    EXPECT_EQ(pipeline.has_value() ? "" : pipeline.error().message,
              placeholders.filled_in(start_error));
    return Outcome::StartError;
  }
  EXPECT_TRUE(pipeline.has_value()) << pipeline.error().message;
  const auto* backend = pipeline.has_value() ? pipeline->get() : nullptr;
  EXPECT_EQ(backend == nullptr ? "" : backend->describe(), in_our_order(expected["backend"]));
  return Outcome::Backend;
}

TEST(AuditOptions, AgreeWithKubeApiserverOnEveryCommandLine) {
  const testing::CapturedLog quiet;
  std::map<Outcome, int> outcomes;
  for (const auto& folder : testing::vector_folders("flags")) {
    std::ifstream cases(folder / "cases.jsonl");
    for (std::string line; std::getline(cases, line);) {
      SCOPED_TRACE(line);
      ++outcomes[run_case(json::parse(line))];
    }
  }
  for (const Outcome outcome : {Outcome::ParseError, Outcome::Errors, Outcome::StartError,
                                Outcome::OtherModule, Outcome::Backend}) {
    EXPECT_GT(outcomes[outcome], 0) << "no case of kind " << static_cast<int>(outcome);
    RecordProperty("outcome_" + std::to_string(static_cast<int>(outcome)), outcomes[outcome]);
  }
}

/// Flags of a backend that kube-apiserver has, but without them.
const std::vector<std::string> kOurOwn = {
    "audit-drain-timeout", "audit-log-sync", "audit-log-batch-buffer-bytes",
    "audit-webhook-batch-buffer-bytes", "audit-webhook-batch-max-in-flight"};

bool is_of_a_backend_of_ours(const std::string& flag) {
  return std::any_of(backend_table().begin(), backend_table().end(), [&](const BackendRow& row) {
    return row.name != "log" && row.name != "webhook" &&
           flag.starts_with("audit-" + std::string(row.name) + "-");
  });
}

TEST(AuditOptions, EveryBackendOfTheTableHasItsFlagsAndIsOffByDefault) {
  AuditOptions options;
  FlagSet flags;
  options.add_flags(flags);
  std::set<std::string> names;
  for (const auto& flag : flags.describe()) names.insert(flag.name);
  ASSERT_EQ(options.backends.size(), backend_table().size());
  for (std::size_t i = 0; i < backend_table().size(); ++i) {
    const std::string name(backend_table()[i].name);
    EXPECT_EQ(options.backends[i]->name(), name);
    EXPECT_FALSE(options.backends[i]->is_on());
    for (const char* flag : {"-mode", "-version", "-batch-max-size", "-truncate-enabled"}) {
      EXPECT_TRUE(names.contains("audit-" + name + flag)) << name << flag;
    }
    std::vector<Error> errors;
    options.backends[i]->mode = "odd";
    options.backends[i]->validate(errors);
    EXPECT_THAT(texts(errors), Contains(StartsWith("invalid audit " + name + " mode odd")));
  }
}

TEST(AuditOptions, HaveKubeApiserversFlagsWithTypesAndDefaults) {
  AuditOptions options;
  FlagSet flags;
  options.add_flags(flags);
  std::map<std::string, json> ours;  // of the backends that kube-apiserver has too
  for (const FlagSet::Description& flag : flags.describe()) {
    EXPECT_EQ(flag.group, "Auditing");
    EXPECT_FALSE(flag.help.empty()) << flag.name;
    if (is_of_a_backend_of_ours(flag.name)) continue;
    ours[flag.name] = {{"name", flag.name},
                       {"type", flag.type},
                       {"default", flag.default_value},
                       {"noOptDefVal", flag.no_opt_value},
                       {"deprecated", flag.deprecated},
                       {"hidden", !flag.deprecated.empty()}};
  }
  for (const auto& folder : testing::vector_folders("flags")) {
    std::ifstream in(folder / "flags.json");
    const json theirs = json::parse(in);
    EXPECT_EQ(theirs.size() + kOurOwn.size(), ours.size());
    for (const json& flag : theirs) EXPECT_EQ(ours[flag["name"]], flag);
  }
}

TEST(AuditOptions, OurOwnFiguresAreCheckedToo) {
  AuditOptions options;
  auto& webhook = options.of<WebhookOptions>();
  webhook.config_file = "kubeconfig";
  webhook.batch.buffer_bytes = -1;
  webhook.batch.max_in_flight = 0;
  EXPECT_THAT(
      texts(options.validate()),
      ElementsAre("--audit-webhook-batch-buffer-bytes -1 can't be a negative number",
                  "invalid audit batch webhook max in flight 0, must be a positive number"));
  webhook.mode = "blocking";
  webhook.batch.buffer_bytes = 0;
  EXPECT_THAT(options.validate(), IsEmpty());
}

TEST(AuditOptions, ASyncPolicyIsOneOfThree) {
  AuditOptions options;
  auto& log = options.of<LogOptions>();
  log.path = "a.log";
  for (const char* policy : {"never", "interval", "always"}) {
    log.sync = policy;
    EXPECT_THAT(options.validate(), IsEmpty()) << policy;
  }
  log.sync = "often";
  EXPECT_THAT(texts(options.validate()),
              ElementsAre("invalid audit log sync policy often, allowed policies are "
                          "\"never,interval,always\""));
}

}  // namespace
}  // namespace kaudit::backends
