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
  EXPECT_EQ(answer({"AlwaysDeny"}, {"dev"}).reason, "Everything is forbidden.");
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
  EXPECT_EQ(error_of({"Node", "x", "x"}),
            "[authorization-mode \"Node\" is not supported here: use AlwaysAllow or AlwaysDeny, "
            "authorization-mode \"x\" is not a valid mode, "
            "authorization-mode \"x\" is not a valid mode, "
            "authorization-mode [\"Node\" \"x\" \"x\"] has mode specified more than once]");
}

/// Always gives the answer it was made with.
class Fixed final : public Authorizer {
 public:
  explicit Fixed(Authorization answer) : answer_(std::move(answer)) {}
  Authorization authorize(const audit::Attributes& /*attributes*/) const override {
    return answer_;
  }

 private:
  Authorization answer_;
};

Authorization union_of(const std::vector<Authorization>& answers) {
  std::vector<std::shared_ptr<const Authorizer>> authorizers;
  for (const auto& each : answers) {
    authorizers.push_back(std::make_shared<Fixed>(each));
  }
  return UnionAuthorizer(std::move(authorizers)).authorize({});
}

TEST(UnionAuthorizer, GathersTheReasonsOfThoseWithoutAnOpinion) {
  const auto answer = union_of(
      {{Decision::NoOpinion, "one"}, {Decision::NoOpinion, ""}, {Decision::NoOpinion, "two"}});
  EXPECT_EQ(answer.decision, Decision::NoOpinion);
  EXPECT_EQ(answer.reason, "one\ntwo");
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

}  // namespace
}  // namespace kaudit::apiserver::authz
