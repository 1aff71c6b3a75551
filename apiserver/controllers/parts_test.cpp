#include "apiserver/controllers/parts.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::controllers {
namespace {

Json pod_with(const char* policy) {
  Json pod = parsed(R"({"kind":"Pod","spec":{}})");
  if (*policy != 0) pod.find("spec")->set("restartPolicy", Json(policy));
  return pod;
}

TEST(Pods, EndByThemselvesUnlessTheyAreAlwaysRestarted) {
  EXPECT_TRUE(ends_by_itself(pod_with("Never")));
  EXPECT_TRUE(ends_by_itself(pod_with("OnFailure")));
  EXPECT_FALSE(ends_by_itself(pod_with("Always")));
  EXPECT_FALSE(ends_by_itself(pod_with("")));
}

TEST(Pods, EndByThemselvesWhoeverOwnsThem) {
  Json pod = pod_with("Never");
  pod.set("metadata", Json(Json::Object()));
  pod.find("metadata")
      ->set("ownerReferences", owned_by(parsed(R"({"apiVersion":"v1","kind":"ReplicaSet",
    "metadata":{"name":"x","uid":"1"}})")));
  ASSERT_NE(controller_of(pod), nullptr);
  EXPECT_TRUE(ends_by_itself(pod));
}

}  // namespace
}  // namespace kaudit::apiserver::controllers
