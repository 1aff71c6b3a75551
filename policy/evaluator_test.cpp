#include "policy/evaluator.hpp"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <list>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/matching/matcher.hpp"

namespace kaudit::policy {
namespace {

using audit::Attributes;
using audit::Level;
using audit::Stage;

/// Makes policies and requests of a small vocabulary, so that they meet often, with all the odd
/// patterns.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  Policy policy(std::size_t rule_count) {
    Policy policy;
    for (std::size_t i = 0; i < rule_count; ++i) policy.rules.push_back(rule());
    return policy;
  }

  struct Request {
    audit::UserInfo user;
    Attributes attributes;
  };

  void fill(Request& request) {
    request.user.username = value("u");
    request.user.groups.clear();
    const std::size_t group_count = chance(10) ? 60 : below(5);
    for (std::size_t i = 0; i < group_count; ++i) request.user.groups.push_back(value("g", 80));
    Attributes& attributes = request.attributes;
    attributes = {};
    if (!chance(8)) attributes.user = &request.user;
    attributes.verb = keep(value("v", 4));
    attributes.resource_request = !chance(4);
    attributes.api_group = pick({"", "apps", "batch", "*"});
    attributes.resource = pick({"pods", "nodes", "", "*", "a", "a/b", "secrets"});
    attributes.subresource = pick({"", "", "status", "log", "*", "b", "b/c", "c"});
    attributes.ns = keep(value("n", 6));
    attributes.name = keep(value("x", 6));
    attributes.path = pick({"/", "/api", "/apis", "/healthz", "/healthz/etcd", "", "/x*", "*"});
  }

 private:
  Rule rule() {
    Rule rule;
    rule.level = "Metadata";
    if (chance(3)) rule.users = values("u", 40);
    if (chance(4)) rule.user_groups = values("g", 80);
    if (chance(2)) rule.verbs = values("v", 4);
    if (chance(6)) {
      for (std::size_t i = 0; i <= below(2); ++i) {
        rule.non_resource_urls.emplace_back(pick(
            {"*", "/", "/api*", "/apis", "/healthz*", "/healthz/*", "/h*", "/x*", "/x", "**"}));
      }
    }
    if (chance(3)) rule.namespaces = values("n", 6);
    if (!chance(3)) {
      for (std::size_t i = 0; i <= below(2); ++i) rule.resources.push_back(entry());
    }
    return rule;
  }

  GroupResources entry() {
    GroupResources entry;
    entry.group = pick({"", "apps", "batch", "*", "none.example.com"});
    for (std::size_t i = below(3); i > 0; --i) {
      entry.resources.emplace_back(
          pick({"*", "pods", "pods/log", "pods/*", "*/status", "nodes/status", "*/", "/*", "*/*",
                "", "a/b/c", "a/b", "secrets", "/", "pods/", "//", "*/b/c"}));
    }
    if (chance(4)) entry.resource_names = values("x", 6);
    return entry;
  }

  std::vector<std::string> values(const char* prefix, std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i <= below(3); ++i) out.push_back(value(prefix, count));
    return out;
  }
  std::string value(const char* prefix, std::size_t count = 40) {
    const std::size_t i = below(count);
    return i == 0 ? "" : prefix + std::to_string(i);
  }
  const char* pick(std::initializer_list<const char*> values) {
    return values.begin()[below(values.size())];
  }
  /// A view that lives as long as the generator.
  std::string_view keep(const std::string& text) {
    const auto known = std::ranges::find(kept_, text);
    return known != kept_.end() ? *known : *kept_.insert(kept_.end(), text);
  }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::mt19937 random_;
  std::list<std::string> kept_;
};

/// Half of the rules ask for nothing that a request may have, so that the first match is not always
/// early.
void expect_agreement(std::uint32_t seed, std::size_t rule_count, std::size_t request_count) {
  Generator generator(seed);
  Policy policy = generator.policy(rule_count);
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    if (rule_count > 8 && i + 4 < rule_count && i % 16 != 3) {
      policy.rules[i].users = {"nobody-" + std::to_string(i % 700)};
    }
  }
  const auto evaluator = compile(policy);
  Generator::Request request;
  for (std::size_t i = 0; i < request_count; ++i) {
    generator.fill(request);
    ASSERT_EQ(evaluator->evaluate(request.attributes).rule, first_match(policy, request.attributes))
        << "seed " << seed << ", " << rule_count << " rules, request " << i;
  }
}

// Two million pairs; KAUDIT_PROPERTY_POLICIES says how many thousand.
TEST(EvaluatorProperty, AgreesWithAskingRuleAfterRule) {
  const char* asked = std::getenv("KAUDIT_PROPERTY_POLICIES");
  const auto policies = static_cast<std::uint32_t>(asked ? std::strtoul(asked, nullptr, 10) : 2000);
  for (std::uint32_t seed = 0; seed < policies; ++seed) {
    expect_agreement(seed, 1 + seed % (seed % 10 == 0 ? 100 : 12), 1'000);
    if (HasFatalFailure()) return;
  }
}

TEST(EvaluatorProperty, AgreesAtEveryBoundaryOfItsSets) {
  for (const std::size_t rules :
       {63, 64, 65, 128, 255, 256, 257, 300, 1000, 4095, 4096, 4097, 5000}) {
    expect_agreement(static_cast<std::uint32_t>(rules), rules, 400);
  }
}

TEST(Evaluator, TakesTheFirstRuleThatMatches) {
  Policy policy;
  policy.rules.resize(3);
  policy.rules[0].level = "Request";
  policy.rules[0].verbs = {"create"};
  policy.rules[1].level = "Metadata";
  policy.rules[2].level = "None";
  const auto evaluator = compile(policy);
  Attributes attributes;
  attributes.verb = "create";
  EXPECT_EQ(evaluator->evaluate(attributes).level, Level::Request);
  attributes.verb = "get";
  EXPECT_EQ(evaluator->evaluate(attributes).level, Level::Metadata);
  EXPECT_EQ(evaluator->evaluate(attributes).rule, 1);
}

TEST(Evaluator, AnswersNoneWithThePolicysOwnSettingsWhenNoRuleMatches) {
  Policy policy;
  policy.omit_stages = {"Panic"};
  policy.omit_managed_fields = true;
  policy.rules.resize(1);
  policy.rules[0].level = "Metadata";
  policy.rules[0].users = {"alice"};
  const audit::Decision decision = compile(policy)->evaluate({});
  EXPECT_EQ(decision.level, Level::None);
  EXPECT_EQ(decision.rule, audit::Decision::kNoRule);
  EXPECT_TRUE(decision.omit_stages.contains(Stage::Panic));
  EXPECT_TRUE(decision.omit_managed_fields);
}

TEST(Evaluator, UnitesStagesAndLetsARuleDecideAboutManagedFields) {
  Policy policy;
  policy.omit_stages = {"RequestReceived"};
  policy.omit_managed_fields = true;
  policy.rules.resize(2);
  policy.rules[0].level = "Request";
  policy.rules[0].verbs = {"get"};
  policy.rules[0].omit_stages = {"ResponseStarted"};
  policy.rules[0].omit_managed_fields = false;
  policy.rules[1].level = "Request";
  const auto evaluator = compile(policy);
  Attributes attributes;
  attributes.verb = "get";
  const audit::Decision first = evaluator->evaluate(attributes);
  EXPECT_TRUE(first.omit_stages.contains(Stage::RequestReceived));
  EXPECT_TRUE(first.omit_stages.contains(Stage::ResponseStarted));
  EXPECT_FALSE(first.omit_managed_fields);
  attributes.verb = "list";
  EXPECT_TRUE(evaluator->evaluate(attributes).omit_managed_fields);
}

TEST(Evaluator, TakesAnEmptyNamespaceForClusterScoped) {
  Policy policy;
  policy.rules.resize(1);
  policy.rules[0].level = "Metadata";
  policy.rules[0].namespaces = {""};
  const auto evaluator = compile(policy);
  Attributes attributes;
  attributes.resource_request = true;
  EXPECT_EQ(evaluator->evaluate(attributes).rule, 0);
  attributes.ns = "default";
  EXPECT_EQ(evaluator->evaluate(attributes).rule, audit::Decision::kNoRule);
}

TEST(Evaluator, RefusesAPolicyThatWasNotValidated) {
  Policy policy;
  policy.rules.resize(1);
  EXPECT_THROW(compile(policy), std::invalid_argument);
}

TEST(Evaluator, DecidesWithoutAnyRules) {
  EXPECT_EQ(compile(Policy{})->evaluate({}).rule, audit::Decision::kNoRule);
}

}  // namespace
}  // namespace kaudit::policy
