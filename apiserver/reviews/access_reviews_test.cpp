#include "apiserver/reviews/access_reviews.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using api::testing::Answered;
using Json = nlohmann::json;
using Decision = authz::Authorization::Decision;

const std::string kGroup = "/apis/authorization.k8s.io/v1/";
const std::string kSelf = kGroup + "selfsubjectaccessreviews";
const std::string kSubject = kGroup + "subjectaccessreviews";
const std::string kLocal = kGroup + "namespaces/default/localsubjectaccessreviews";
const std::string kRules = kGroup + "selfsubjectrulesreviews";

/// Allows jane and her friends to get; fails for whoever is broken.
class GetOnly final : public authz::Authorizer {
 public:
  authz::Authorization authorize(const audit::Attributes& asked) const override {
    last = asked.user->username + " " + std::string(asked.verb) + " " +
           std::string(asked.resource_request ? asked.resource : asked.path) + " " +
           std::string(asked.subresource) + " " + std::string(asked.api_group) + " " +
           std::string(asked.api_version) + " " + std::string(asked.ns) + " " +
           std::string(asked.name);
    if (asked.user->username == "broken") return {Decision::Error, "it broke"};
    if (asked.user->username == "banned") return {Decision::Deny, "banned"};
    if (asked.verb == "get") return {Decision::Allow, "by a role"};
    return {Decision::NoOpinion, ""};
  }
  authz::KnownRules rules_for(const audit::UserInfo& /*user*/, std::string_view ns) const override {
    authz::KnownRules known;
    known.rules.push_back({{"get"}, {""}, {"pods"}, {std::string(ns)}, {}});
    known.rules.push_back({{"get"}, {}, {}, {}, {"/version"}});
    known.incomplete = true;
    known.errors = {"one", "two"};
    return known;
  }

  mutable std::string last;
};

class AccessReviews : public ::testing::Test {
 protected:
  Answered post(const std::string& target, const std::string& spec,
                const std::string& metadata = "{}") {
    return world_.ask({"POST",
                       target,
                       {{"Content-Type", "application/json"}, {"User-Agent", "test/1"}},
                       R"({"metadata":)" + metadata + R"(,"spec":)" + spec + "}"});
  }
  Json status_of(const Answered& answered) {
    EXPECT_EQ(answered.status, 201) << answered.body;
    return Json::parse(answered.body)["status"];
  }
  std::string message(const Answered& answered) {
    EXPECT_EQ(answered.status, 422) << answered.body;
    return Json::parse(answered.body)["message"];
  }

  std::shared_ptr<GetOnly> authorizer_ = std::make_shared<GetOnly>();
  api::testing::World world_{api::ApiOptions{
      .store = nullptr,
      .virtual_resources =
          std::make_shared<const VirtualResourceTable>(access_reviews(authorizer_))}};
};

TEST_F(AccessReviews, AskTheAuthorizer) {
  const Json status = status_of(
      post(kSubject, R"({"user":"jane","resourceAttributes":{"verb":"get","resource":"pods",)"
                     R"("subresource":"log","group":"g","namespace":"n","name":"p"}})"));
  EXPECT_EQ(status, Json::parse(R"({"allowed":true,"reason":"by a role"})"));
  EXPECT_EQ(authorizer_->last, "jane get pods log g * n p");
  EXPECT_EQ(status_of(post(kSubject, R"({"user":"jane","nonResourceAttributes":{"verb":"post",)"
                                     R"("path":"/x"}})")),
            Json::parse(R"({"allowed":false})"));
  EXPECT_EQ(authorizer_->last, "jane post /x     ");
}

TEST_F(AccessReviews, TellDenialAndFailureApart) {
  const auto asked = [&](const std::string& user) {
    return status_of(
        post(kSubject, R"({"user":")" + user + R"(","resourceAttributes":{"verb":"get"}})"));
  };
  EXPECT_EQ(asked("banned"), Json::parse(R"({"allowed":false,"denied":true,"reason":"banned"})"));
  EXPECT_EQ(asked("broken"), Json::parse(R"({"allowed":false,"evaluationError":"it broke"})"));
}

TEST_F(AccessReviews, OfOneselfAskForTheOneWhoAsks) {
  EXPECT_EQ(status_of(post(kSelf, R"({"resourceAttributes":{"verb":"get","resource":"pods"}})")),
            Json::parse(R"({"allowed":true,"reason":"by a role"})"));
  EXPECT_EQ(authorizer_->last, " get pods   *  ");
}

TEST_F(AccessReviews, RefuseWhatAsksForNothingOrForTwoThings) {
  EXPECT_EQ(message(post(kSelf, "{}")),
            ".authorization.k8s.io \"\" is invalid: spec: Invalid value: null: exactly one of "
            "nonResourceAttributes or resourceAttributes must be specified");
  EXPECT_EQ(message(post(kSelf, R"({"resourceAttributes":{},)"
                                R"("nonResourceAttributes":{"path":"/x","verb":"get"}})")),
            ".authorization.k8s.io \"\" is invalid: spec: Invalid value: "
            "{\"Path\":\"/x\",\"Verb\":\"get\"}: exactly one of nonResourceAttributes or "
            "resourceAttributes must be specified");
  EXPECT_EQ(message(post(kSubject, R"({"resourceAttributes":{}})")),
            ".authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": at least one "
            "of user or group must be specified");
}

TEST_F(AccessReviews, RefuseMetadata) {
  const std::string text = message(post(kSelf, R"({"resourceAttributes":{}})", R"({"name":"x"})"));
  EXPECT_TRUE(text.starts_with(
      R"(.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"x")"))
      << text;
  EXPECT_TRUE(text.ends_with(": must be empty")) << text;
}

TEST_F(AccessReviews, OfANamespaceStayInIt) {
  EXPECT_EQ(message(post(kLocal, R"({"user":"u","resourceAttributes":{"namespace":"other"}})")),
            ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid "
            "value: \"other\": must match metadata.namespace");
  EXPECT_EQ(message(post(kLocal, R"({"user":"u","nonResourceAttributes":{"path":"/"}})")),
            ".authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: "
            "{\"Path\":\"/\",\"Verb\":\"\"}: disallowed on this kind of request");
  EXPECT_EQ(status_of(post(kLocal, R"({"user":"u","resourceAttributes":{"namespace":"default",)"
                                   R"("verb":"get"}})"))["allowed"],
            true);
}

TEST_F(AccessReviews, JudgeSelectors) {
  EXPECT_EQ(message(post(kSelf, R"({"resourceAttributes":{"fieldSelector":{}}})")),
            ".authorization.k8s.io \"\" is invalid: "
            "spec.resourceAttributes.fieldSelector.requirements: Required value: when "
            "spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is "
            "required");
  EXPECT_EQ(status_of(post(kSelf, R"({"resourceAttributes":{"verb":"get","labelSelector":)"
                                  R"({"rawSelector":"a in (b"}}})"))["evaluationError"],
            "spec.resourceAttributes.labelSelector ignored due to parse error");
  EXPECT_EQ(status_of(post(kSelf, R"({"resourceAttributes":{"verb":"get","fieldSelector":)"
                                  R"({"requirements":[{"key":"a","operator":"In","values":["b"]},)"
                                  R"({"key":"a","operator":"Exists"}]}}})"))["evaluationError"],
            "spec.resourceAttributes.fieldSelector partially ignored due to parse error");
}

TEST_F(AccessReviews, OfRulesListWhatIsKnown) {
  const Answered answered = post(kRules, R"({"namespace":"n"})");
  ASSERT_EQ(answered.status, 201);
  EXPECT_EQ(answered.body,
            R"({"kind":"SelfSubjectRulesReview","apiVersion":"authorization.k8s.io/v1",)"
            R"("metadata":{},"spec":{},"status":{"resourceRules":[{"verbs":["get"],)"
            R"("apiGroups":[""],"resources":["pods"],"resourceNames":["n"]}],)"
            R"("nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/version"]}],)"
            R"("incomplete":true,"evaluationError":"[one, two]"}})"
            "\n");
  const Answered nowhere = post(kRules, "{}");
  EXPECT_EQ(nowhere.status, 400);
  EXPECT_EQ(Json::parse(nowhere.body)["message"], "no namespace on request");
}

}  // namespace
}  // namespace kaudit::apiserver::reviews
