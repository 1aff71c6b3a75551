// A rule that is called unreachable must never decide, whatever the request.
#include "policy/lint/checks/reach.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/evaluator.hpp"
#include "policy/matching/matcher.hpp"

namespace kaudit::policy::lint {
namespace {

/// Policies and requests of a vocabulary so small that rules often cover each other, with all forms
/// of patterns. Requests are like real ones: resources and subresources hold no slash.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  Policy policy() {
    Policy policy;
    for (std::size_t i = 2 + below(6); i > 0; --i) policy.rules.push_back(rule());
    return policy;
  }

  audit::Attributes request(audit::UserInfo& user) {
    user.username = pick({"u1", "u2", "u3", "other", ""});
    user.groups.clear();
    for (std::size_t i = below(3); i > 0; --i) {
      user.groups.emplace_back(pick({"g1", "g2", "g3", "other"}));
    }
    audit::Attributes request;
    if (!chance(6)) request.user = &user;
    request.verb = pick({"get", "list", "create", "other", ""});
    request.resource_request = !chance(4);
    request.api_group = pick({"", "apps", "other"});
    request.resource = pick({"pods", "nodes", "other", "made-up"});
    request.subresource = pick({"", "", "log", "status", "other"});
    request.ns = pick({"", "n1", "n2", "other"});
    request.name = pick({"", "x1", "x2", "other"});
    request.path = pick({"/", "/api", "/apis", "/healthz", "/healthz/etcd", "/other", ""});
    return request;
  }

 private:
  Rule rule() {
    Rule rule;
    rule.level = "Metadata";
    if (chance(4)) rule.users = values({"u1", "u2", "u3"});
    if (chance(4)) rule.user_groups = values({"g1", "g2", "g3"});
    if (chance(3)) rule.verbs = values({"get", "list", "create"});
    if (chance(5)) {
      rule.non_resource_urls = values({"*", "/*", "/", "/api*", "/api", "/healthz*", "/healthz"});
      return rule;
    }
    if (chance(4)) rule.namespaces = values({"", "n1", "n2"});
    if (!chance(3)) {
      for (std::size_t i = 0; i <= below(2); ++i) rule.resources.push_back(entry());
    }
    return rule;
  }

  GroupResources entry() {
    GroupResources entry;
    entry.group = pick({"", "apps", "*"});
    if (chance(4)) return entry;
    entry.resources = values({"*", "pods", "pods/log", "pods/*", "*/status", "nodes",
                              "nodes/status", "*/*", "a/b/c", "pods/", "/log", ""});
    if (chance(4)) entry.resource_names = values({"x1", "x2", ""});
    return entry;
  }

  std::vector<std::string> values(std::initializer_list<const char*> choices) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i <= below(3); ++i) out.emplace_back(pick(choices));
    return out;
  }
  const char* pick(std::initializer_list<const char*> choices) {
    return choices.begin()[below(choices.size())];
  }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::mt19937 random_;
};

bool calls_unreachable(const std::vector<Unreachable>& found, int rule) {
  return std::ranges::any_of(found,
                             [&](const auto& one) { return static_cast<int>(one.rule) == rule; });
}

TEST(ReachProperty, NoRuleCalledUnreachableEverDecides) {
  constexpr std::uint32_t kPolicies = 4000;
  constexpr std::size_t kRequests = 500;
  std::size_t unreachable = 0;
  for (std::uint32_t seed = 0; seed < kPolicies; ++seed) {
    Generator generator(seed);
    const Policy policy = generator.policy();
    const auto found = unreachable_rules(policy, *compile(policy));
    if (found.empty()) continue;
    unreachable += found.size();
    for (std::size_t i = 0; i < kRequests; ++i) {
      audit::UserInfo user;
      const audit::Attributes request = generator.request(user);
      const int decider = first_match(policy, request);
      ASSERT_FALSE(calls_unreachable(found, decider)) << "seed " << seed << ", rule " << decider;
    }
  }
  EXPECT_GT(unreachable, 1000U) << "the generator should make many";
}

TEST(ReachProperty, NamesEarlierRulesOnly) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    Generator generator(seed);
    const Policy policy = generator.policy();
    for (const Unreachable& one : unreachable_rules(policy, *compile(policy))) {
      ASSERT_FALSE(one.taken_by.empty());
      EXPECT_TRUE(std::ranges::is_sorted(one.taken_by));
      EXPECT_GE(one.taken_by.front(), 0);
      EXPECT_LT(one.taken_by.back(), static_cast<int>(one.rule));
    }
  }
}

Policy policy_of(std::vector<Rule> rules) {
  Policy policy;
  policy.rules = std::move(rules);
  for (Rule& rule : policy.rules) rule.level = "None";
  return policy;
}
std::vector<Unreachable> unreachable_in(std::vector<Rule> rules) {
  const Policy policy = policy_of(std::move(rules));
  return unreachable_rules(policy, *compile(policy));
}

TEST(Reach, SeesSeveralRulesThatTogetherTakeAll) {
  Rule get;
  get.verbs = {"get"};
  Rule list;
  list.verbs = {"list"};
  Rule both;
  both.verbs = {"get", "list"};
  both.users = {"alice", "bob"};
  const auto found = unreachable_in({get, list, both});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, 2U);
  EXPECT_EQ(found[0].taken_by, (std::vector<int>{0, 1}));
}

TEST(Reach, KnowsThatAPluralWithStarHoldsThePlural) {
  Rule pods;
  pods.resources = {{"", {"pods/*"}, {}}};
  Rule exec;
  exec.resources = {{"", {"pods", "pods/exec"}, {}}};
  EXPECT_EQ(unreachable_in({pods, exec}).size(), 1U);
  EXPECT_TRUE(unreachable_in({exec, pods}).empty());
}

TEST(Reach, DoesNotTakeAUserForOneWhoMayHaveGroups) {
  Rule group;
  group.user_groups = {"devs"};
  Rule user;
  user.users = {"alice"};
  EXPECT_TRUE(unreachable_in({group, user}).empty());
  EXPECT_TRUE(unreachable_in({user, group}).empty());
}

TEST(Reach, SaysNothingOfAFailedLoginThatOnlyTheLaterRuleSees) {
  Rule everybody;
  everybody.user_groups = {"system:authenticated", "system:unauthenticated"};
  EXPECT_TRUE(unreachable_in({everybody, Rule{}}).empty());
}

TEST(Reach, StaysSilentAboutTooManyCombinations) {
  Rule all;
  Rule large;
  for (int i = 0; i < 400; ++i) {
    large.users.push_back("u" + std::to_string(i));
    large.namespaces.push_back("n" + std::to_string(i));
  }
  EXPECT_TRUE(unreachable_in({all, large}).empty());
  large.namespaces.resize(10);
  EXPECT_EQ(unreachable_in({all, large}).size(), 1U);
}

TEST(Reach, SaysNothingOfARuleThatNothingFits) {
  Rule never;
  never.resources = {{"", {"*/*"}, {}}};
  EXPECT_TRUE(unreachable_in({Rule{}, never}).empty());
}

}  // namespace
}  // namespace kaudit::policy::lint
