// serviceaccounts/token and tokenreviews, on a store of their own.
#include "apiserver/reviews/identity_reviews.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/reviews/stored_objects.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using api::testing::Answered;
using Json = nlohmann::json;

const std::string kNamespace = "/api/v1/namespaces/default";
const std::string kAccounts = kNamespace + "/serviceaccounts";
const std::string kTokens = kAccounts + "/sa/token";
const std::string kReviews = "/apis/authentication.k8s.io/v1/tokenreviews";

/// What the store has, once there is one.
class LateObjects final : public identity::BoundObjects {
 public:
  std::optional<identity::BoundObject> find(identity::BoundKind kind, std::string_view ns,
                                            std::string_view name) const override {
    return to->find(kind, ns, name);
  }
  std::unique_ptr<StoredObjects> to;
};

class IdentityReviewsTest : public ::testing::Test {
 protected:
  IdentityReviewsTest() {
    objects->to = std::make_unique<StoredObjects>(
        std::shared_ptr<store::Store>(&world.store(), [](store::Store*) {}));
    account_uid = create(kAccounts, R"({"metadata":{"name":"sa"}})");
  }

  api::ApiOptions options() {
    const identity::TokenKey key = identity::TokenKey::make();
    const auto accounts = std::make_shared<const identity::ServiceAccountTokens>(
        identity::ServiceAccountTokenSettings{.issuers = {"https://issuer"},
                                              .api_audiences = {"https://api"},
                                              .keys = {key},
                                              .signing_key = key,
                                              .objects = objects});
    std::vector<std::shared_ptr<const identity::TokenAuthenticator>> known{accounts};
    IdentityReviews with{accounts,
                         {.longest = std::chrono::hours(24 * 30), .extended = true},
                         std::make_shared<const identity::TokenUnion>(std::move(known))};
    return api::ApiOptions{.store = nullptr,
                           .virtual_resources = std::make_shared<const VirtualResourceTable>(
                               identity_reviews(std::move(with)))};
  }

  Answered post(const std::string& target, const std::string& body) {
    return world.ask(
        {"POST", target, {{"Content-Type", "application/json"}, {"User-Agent", "test/1"}}, body});
  }
  /// Its uid.
  std::string create(const std::string& target, const std::string& body) {
    const Answered answered = post(target, body);
    EXPECT_EQ(answered.status, 201) << answered.body;
    return Json::parse(answered.body)["metadata"]["uid"];
  }
  std::string token(const std::string& spec = "{}") {
    const Answered answered = post(kTokens, R"({"spec":)" + spec + "}");
    EXPECT_EQ(answered.status, 201) << answered.body;
    return Json::parse(answered.body)["status"]["token"];
  }
  Json review(const std::string& token, const std::string& audiences = "[]") {
    const Answered answered =
        post(kReviews, R"({"spec":{"token":")" + token + R"(","audiences":)" + audiences + "}}");
    EXPECT_EQ(answered.status, 201) << answered.body;
    return Json::parse(answered.body)["status"];
  }
  std::string refusal(const std::string& body, int code) {
    const Answered answered = post(kTokens, body);
    EXPECT_EQ(answered.status, code);
    return Json::parse(answered.body)["message"];
  }

  std::shared_ptr<LateObjects> objects = std::make_shared<LateObjects>();
  api::testing::World world{options()};
  std::string account_uid;
};

TEST_F(IdentityReviewsTest, IssuesATokenForAServiceAccount) {
  const Answered answered = post(kTokens, R"({"spec":{}})");
  ASSERT_EQ(answered.status, 201);
  const Json request = Json::parse(answered.body);
  EXPECT_EQ(request["kind"], "TokenRequest");
  EXPECT_EQ(request["metadata"]["name"], "sa");
  EXPECT_EQ(request["metadata"]["namespace"], "default");
  EXPECT_EQ(request["metadata"]["uid"], account_uid);
  EXPECT_EQ(request["spec"]["audiences"].dump(), R"(["https://api"])");
  EXPECT_EQ(request["spec"]["expirationSeconds"], 3600);
  EXPECT_FALSE(request["status"]["expirationTimestamp"].get<std::string>().empty());
  EXPECT_EQ(answered.event->object_ref->subresource, "token");
  EXPECT_EQ(answered.event->object_ref->resource, "serviceaccounts");
  EXPECT_TRUE(answered.event->annotations.at("authentication.kubernetes.io/issued-credential-id")
                  .starts_with("JTI="));
}

TEST_F(IdentityReviewsTest, KnowsTheTokenThatItIssued) {
  const Json status = review(token());
  EXPECT_EQ(status["authenticated"], true);
  EXPECT_EQ(status["user"]["username"], "system:serviceaccount:default:sa");
  EXPECT_EQ(status["user"]["uid"], account_uid);
  EXPECT_EQ(
      status["user"]["groups"].dump(),
      R"(["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"])");
  EXPECT_EQ(status["audiences"].dump(), R"(["https://api"])");
}

TEST_F(IdentityReviewsTest, KnowsATokenForItsAudiencesAlone) {
  const std::string vault = token(R"({"audiences":["vault"]})");
  EXPECT_EQ(review(vault)["error"],
            "token audiences [\"vault\"] is invalid for the target audiences [\"https://api\"]");
  EXPECT_EQ(review(vault, R"(["x","vault"])")["audiences"].dump(), R"(["vault"])");
  EXPECT_EQ(review("opaque").dump(), R"({"error":"invalid bearer token","user":{}})");
}

TEST_F(IdentityReviewsTest, AsksForATokenToReview) {
  const Answered answered = post(kReviews, "{}");
  EXPECT_EQ(answered.status, 400);
  EXPECT_EQ(Json::parse(answered.body)["message"],
            "token is required for TokenReview in authentication");
}

TEST_F(IdentityReviewsTest, ATokenEndsWithItsServiceAccount) {
  const std::string issued = token();
  world.ask({"DELETE", kAccounts + "/sa"});
  EXPECT_EQ(review(issued)["error"], "serviceaccounts \"sa\" not found");
  EXPECT_EQ(refusal(R"({"spec":{}})", 404), "serviceaccounts \"sa\" not found");
}

TEST_F(IdentityReviewsTest, ATokenIsBoundToItsPodAndSaysItsNode) {
  const std::string node = create("/api/v1/nodes", R"({"metadata":{"name":"n1"}})");
  const std::string uid =
      create(kNamespace + "/pods",
             R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"sa","nodeName":"n1",)"
             R"("containers":[{"name":"c","image":"i"}]}})");
  const std::string spec = R"({"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}})";
  const std::string issued = token(spec);
  const Json extra = review(issued)["user"]["extra"];
  EXPECT_EQ(extra["authentication.kubernetes.io/pod-uid"][0], uid);
  EXPECT_EQ(extra["authentication.kubernetes.io/node-uid"][0], node);
  world.ask({"DELETE", kNamespace + "/pods/p?gracePeriodSeconds=0"});
  EXPECT_EQ(review(issued)["error"], "service account token has been invalidated");
  EXPECT_EQ(refusal(R"({"spec":)" + spec + "}", 404), "pods \"p\" not found");
}

TEST_F(IdentityReviewsTest, RefusesToBindToWhatIsNotWhatItSeems) {
  create(kNamespace + "/pods", R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"other",)"
                               R"("containers":[{"name":"c","image":"i"}]}})");
  const std::string secret = create(kNamespace + "/secrets", R"({"metadata":{"name":"s"}})");
  const auto bound = [this](const std::string& reference, int code) {
    return refusal(R"({"spec":{"boundObjectRef":)" + reference + "}}", code);
  };
  EXPECT_EQ(bound(R"({"kind":"Pod","apiVersion":"v1","name":"p"})", 400),
            "cannot bind token for serviceaccount \"sa\" to pod running with different "
            "serviceaccount name.");
  EXPECT_EQ(bound(R"({"kind":"Secret","apiVersion":"v1","name":"s","uid":"x"})", 409),
            "Operation cannot be fulfilled on Secret \"s\": the UID in the bound object reference "
            "(x) does not match the UID in record. The object might have been deleted and then "
            "recreated");
  EXPECT_EQ(bound(R"({"kind":"ConfigMap","apiVersion":"v1","name":"s"})", 400),
            "cannot bind token to object of type /v1, Kind=ConfigMap");
  EXPECT_EQ(bound(R"({"kind":"Deployment","apiVersion":"apps/v1","name":"s"})", 400),
            "cannot bind token to object of type apps/v1, Kind=Deployment");
  token(R"({"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"s","uid":")" + secret +
        "\"}}");
}

TEST_F(IdentityReviewsTest, HasLimitsForHowLongATokenLasts) {
  EXPECT_EQ(refusal(R"({"spec":{"expirationSeconds":599}})", 422),
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid "
            "value: 599: may not specify a duration less than 10 minutes");
  EXPECT_EQ(refusal(R"({"spec":{"expirationSeconds":4294967297}})", 422),
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid "
            "value: 4294967297: may not specify a duration larger than 2^32 seconds");
  const Answered answered = post(kTokens, R"({"spec":{"expirationSeconds":2592001}})");
  EXPECT_EQ(Json::parse(answered.body)["spec"]["expirationSeconds"], 2592000);
  EXPECT_EQ(answered.headers.first("Warning").value_or(""),
            "299 - \"requested expiration of 2592001 seconds shortened to 2592000 seconds\"");
}

TEST_F(IdentityReviewsTest, RefusesARequestForAnotherServiceAccount) {
  EXPECT_EQ(refusal(R"({"metadata":{"name":"x"}})", 422),
            "TokenRequest.authentication.k8s.io \"sa\" is invalid: metadata.name: Invalid value: "
            "\"x\": must match the service account name if specified");
  EXPECT_EQ(refusal(R"({"metadata":{"uid":"x"}})", 409),
            "Operation cannot be fulfilled on TokenRequest.authentication.k8s.io \"sa\": the UID "
            "in the token request (x) does not match the UID of the service account (" +
                account_uid + ")");
}

TEST_F(IdentityReviewsTest, AnswersWhoAsks) {
  const Answered answered = post("/apis/authentication.k8s.io/v1/selfsubjectreviews",
                                 R"({"metadata":{"uid":"not-ours"}})");
  ASSERT_EQ(answered.status, 201);
  const Json review = Json::parse(answered.body);
  EXPECT_TRUE(review["status"].contains("userInfo"));
  EXPECT_FALSE(review["metadata"].contains("uid"));
  EXPECT_FALSE(review["metadata"].contains("managedFields"));
}

}  // namespace
}  // namespace kaudit::apiserver::reviews
