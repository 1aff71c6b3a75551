#include "apiserver/authz/authorizer.hpp"

#include <gtest/gtest.h>

#include "apiserver/authz/union_authorizer.hpp"

namespace kaudit::apiserver::authz {
namespace {

using Decision = Authorization::Decision;

Authorization answer(const std::vector<std::string>& modes, std::vector<std::string> groups) {
  const audit::UserInfo user{"jane", "", std::move(groups), {}};
  audit::Attributes attributes;
  attributes.user = &user;
  return make_authorizer(modes).value()->authorize(attributes);
}

std::string error_of(const std::vector<std::string>& modes) {
  const auto authorizer = make_authorizer(modes);
  return authorizer ? "accepted" : authorizer.error().message;
}

TEST(Authorizer, AllowsEverybodyWithoutAReason) {
  EXPECT_EQ(answer({"AlwaysAllow"}, {}).decision, Decision::Allow);
  EXPECT_EQ(answer({"AlwaysAllow"}, {}).reason, "");
}

TEST(Authorizer, ForbidsWithAReason) {
  EXPECT_EQ(answer({"AlwaysDeny"}, {"dev"}).decision, Decision::NoOpinion);
  EXPECT_EQ(answer({"AlwaysDeny"}, {"dev"}).reason, "alwaysdeny: Everything is forbidden.");
}

TEST(Authorizer, AllowsSystemMastersBeforeAskingAnyMode) {
  EXPECT_EQ(answer({"AlwaysDeny"}, {"dev", "system:masters"}).decision, Decision::Allow);
  EXPECT_EQ(answer({"AlwaysDeny"}, {"system:masters"}).reason, "");
}

TEST(Authorizer, AsksTheNextModeWhenOneHasNoOpinion) {
  EXPECT_EQ(answer({"AlwaysDeny", "AlwaysAllow"}, {}).decision, Decision::Allow);
  EXPECT_EQ(answer({"AlwaysDeny", "AlwaysAllow"}, {}).reason, "");
}

TEST(Authorizer, HasNoOpinionOfNobody) {
  EXPECT_EQ(make_authorizer({"AlwaysDeny"}).value()->authorize({}).decision, Decision::NoOpinion);
}

TEST(Authorizer, RefusesModesThatAreUnknownRepeatedOrMissing) {
  EXPECT_EQ(error_of({}), "at least one authorization-mode must be passed");
  EXPECT_EQ(error_of({"alwaysallow"}), R"(authorization-mode "alwaysallow" is not a valid mode)");
  EXPECT_EQ(
      error_of({"AlwaysAllow", "AlwaysAllow"}),
      R"(authorization-mode ["AlwaysAllow" "AlwaysAllow"] has mode specified more than once)");
  EXPECT_EQ(error_of({"Webhook", "x", "x"}),
            "[authorization-mode \"Webhook\" is not supported here: use AlwaysAllow, AlwaysDeny, "
            "Node or RBAC, "
            "authorization-mode \"x\" is not a valid mode, "
            "authorization-mode \"x\" is not a valid mode, "
            "authorization-mode [\"Webhook\" \"x\" \"x\"] has mode specified more than once]");
}

/// Always gives the answer it was made with.
class Fixed final : public Authorizer {
 public:
  explicit Fixed(Authorization answer, KnownRules rules = {})
      : answer_(std::move(answer)), rules_(std::move(rules)) {}
  Authorization authorize(const audit::Attributes& /*attributes*/) const override {
    return answer_;
  }
  KnownRules rules_for(const audit::UserInfo& /*user*/, std::string_view /*ns*/) const override {
    return rules_;
  }

 private:
  Authorization answer_;
  KnownRules rules_;
};

TEST(Authorizer, KnowsTheModeNodeWhichAllowsNothing) {
  EXPECT_EQ(answer({"Node"}, {"system:nodes"}).decision, Decision::NoOpinion);
  EXPECT_EQ(answer({"Node"}, {"system:nodes"}).reason, "");
  EXPECT_EQ(answer({"Node", "AlwaysAllow"}, {}).decision, Decision::Allow);
}

TEST(Authorizer, AsksForRbacWhatItWasGiven) {
  const auto rbac = std::make_shared<Fixed>(Authorization{Decision::Allow, "by a role"});
  const audit::UserInfo user{"jane", "", {}, {}};
  audit::Attributes attributes;
  attributes.user = &user;
  EXPECT_EQ(make_authorizer({"Node", "RBAC"}, rbac).value()->authorize(attributes).reason,
            "by a role");
}

Authorization union_of(const std::vector<Authorization>& answers) {
  std::vector<NamedAuthorizer> authorizers;
  authorizers.reserve(answers.size());
  for (const auto& each : answers) {
    authorizers.push_back(
        {"a" + std::to_string(authorizers.size()), std::make_shared<Fixed>(each)});
  }
  return UnionAuthorizer(std::move(authorizers)).authorize({});
}

TEST(UnionAuthorizer, GathersTheReasonsOfThoseWithoutAnOpinion) {
  const auto answer = union_of(
      {{Decision::NoOpinion, "one"}, {Decision::NoOpinion, ""}, {Decision::NoOpinion, "two"}});
  EXPECT_EQ(answer.decision, Decision::NoOpinion);
  EXPECT_EQ(answer.reason, "a0: one\na2: two");
}

TEST(UnionAuthorizer, StopsAtADenial) {
  const auto answer =
      union_of({{Decision::NoOpinion, "one"}, {Decision::Deny, "no"}, {Decision::Allow, "yes"}});
  EXPECT_EQ(answer.decision, Decision::Deny);
  EXPECT_EQ(answer.reason, "no");
}

TEST(UnionAuthorizer, FailsOnlyWhenNobodyDecides) {
  EXPECT_EQ(union_of({{Decision::Error, "broken"}, {Decision::Allow, ""}}).decision,
            Decision::Allow);
  const auto answer = union_of({{Decision::Error, "broken"}, {Decision::NoOpinion, "one"}});
  EXPECT_EQ(answer.decision, Decision::Error);
  EXPECT_EQ(answer.reason, "broken");
}

TEST(UnionAuthorizer, PutsTogetherWhatEachKnowsOfTheRules) {
  const PolicyRule one{{"get"}, {""}, {"pods"}, {}, {}};
  const PolicyRule two{{"get"}, {}, {}, {}, {"/x"}};
  const UnionAuthorizer both(
      {{"a", std::make_shared<Fixed>(Authorization(), KnownRules{{one}, true, {"e"}})},
       {"b", std::make_shared<Fixed>(Authorization(), KnownRules{{two}, false, {}})}});
  const KnownRules known = both.rules_for({}, "default");
  EXPECT_EQ(known.rules, (std::vector<PolicyRule>{one, two}));
  EXPECT_TRUE(known.incomplete);
  EXPECT_EQ(known.errors, std::vector<std::string>{"e"});
}

}  // namespace
}  // namespace kaudit::apiserver::authz
