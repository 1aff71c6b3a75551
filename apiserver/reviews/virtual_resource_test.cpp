// The seam: what a row of the table answers reaches the client and the event as any create does.
#include "apiserver/reviews/virtual_resource.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/reviews/review.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using api::testing::Answered;
using Json = nlohmann::json;

const std::string kTokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";
const std::string kToken = "/api/v1/namespaces/default/serviceaccounts/default/token";

api::Handled answer_with_error(api::Call& call) {
  auto review = co_await read_review(call);
  if (!review) co_return tl::unexpected(review.error());
  objects::Json status{objects::Json::Object{}};
  status.set("error", objects::Json("as the test has it"));
  co_return answered(call, *std::move(review), std::move(status));
}

api::Handled answer_with_token(api::Call& call) {
  auto review = co_await read_review(call);
  if (!review) co_return tl::unexpected(review.error());
  objects::Json status{objects::Json::Object{}};
  status.set("token", objects::Json("t"));
  co_return answered(call, *std::move(review), std::move(status));
}

std::shared_ptr<const VirtualResourceTable> table() {
  std::vector<VirtualResource> rows;
  rows.push_back({"authentication.k8s.io", "tokenreviews", "", "create", answer_with_error});
  rows.push_back({"", "serviceaccounts", "token", "create", answer_with_token});
  return std::make_shared<const VirtualResourceTable>(std::move(rows));
}

class VirtualResourceTest : public ::testing::Test {
 protected:
  Answered post(const std::string& target, const std::string& body) {
    return world.ask(
        {"POST", target, {{"Content-Type", "application/json"}, {"User-Agent", "test/1"}}, body});
  }

  api::testing::World world{api::ApiOptions{.store = nullptr, .virtual_resources = table()}};
};

TEST_F(VirtualResourceTest, AnswersWithTheQuestionAndItsStatus) {
  const Answered answered = post(kTokenReviews, R"({"spec":{"token":"abc"}})");
  ASSERT_EQ(answered.status, 201);
  const Json review = Json::parse(answered.body);
  EXPECT_EQ(review["kind"], "TokenReview");
  EXPECT_EQ(review["spec"]["token"], "abc");
  EXPECT_EQ(review["status"]["error"], "as the test has it");
  EXPECT_EQ(review["metadata"]["managedFields"][0]["fieldsV1"].dump(),
            R"({"f:spec":{"f:token":{}}})");
}

TEST_F(VirtualResourceTest, IsRecordedAsAnyCreateIs) {
  const Answered answered = post(kTokenReviews, R"({"spec":{"token":"abc"}})");
  EXPECT_EQ(Json::parse(answered.event->request_object.view())["spec"]["token"], "abc");
  EXPECT_EQ(Json::parse(answered.event->response_object.view())["status"]["error"],
            "as the test has it");
  EXPECT_EQ(answered.event->object_ref->resource, "tokenreviews");
}

TEST_F(VirtualResourceTest, ReadsASubresourceAsItsOwnKind) {
  const Answered answered = post(kToken, R"({"spec":{"audiences":["a"]}})");
  ASSERT_EQ(answered.status, 201);
  const Json request = Json::parse(answered.body);
  EXPECT_EQ(request["kind"], "TokenRequest");
  EXPECT_EQ(request["apiVersion"], "authentication.k8s.io/v1");
  EXPECT_EQ(request["spec"]["expirationSeconds"], 3600);
  EXPECT_EQ(request["metadata"]["managedFields"][0]["subresource"], "token");
}

TEST_F(VirtualResourceTest, RefusesABodyOfAnotherKind) {
  EXPECT_EQ(post(kTokenReviews, R"({"kind":"Pod","apiVersion":"v1"})").status, 400);
}

TEST_F(VirtualResourceTest, LeavesOtherVerbsAndResourcesToTheRest) {
  const Answered answered = world.ask({"GET", kTokenReviews});
  EXPECT_EQ(answered.status, 405);
  EXPECT_EQ(post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}").status, 405);
}

}  // namespace
}  // namespace kaudit::apiserver::reviews
