#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/admission/admission_review.hpp"

namespace kaudit::apiserver::admission {
namespace {

using ::testing::HasSubstr;

std::string review(
    std::string_view response,
    std::string_view head = R"("kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1")") {
  return "{" + std::string(head) + R"(,"response":)" + std::string(response) + "}";
}

std::string refusal(std::string_view body, WebhookKind kind = WebhookKind::Mutating) {
  const auto answer = read_admission_answer(body, ReviewVersion::V1, "u", kind);
  return answer ? "none" : answer.error().message;
}

TEST(AdmissionAnswer, IsReadWithAllItsParts) {
  const auto answer = read_admission_answer(
      review(R"({"uid":"u","allowed":true,"patch":"W10=","patchType":"JSONPatch",
                 "warnings":["a"],"auditAnnotations":{"k":"v"},"unknown":1})"),
      ReviewVersion::V1, "u", WebhookKind::Mutating);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->allowed);
  EXPECT_EQ(answer->patch, "[]");
  EXPECT_THAT(answer->warnings, ::testing::ElementsAre("a"));
  EXPECT_THAT(answer->audit_annotations, ::testing::ElementsAre(::testing::Pair("k", "v")));
}

TEST(AdmissionAnswer, OfAnotherRequestOrKindIsRefused) {
  EXPECT_EQ(refusal(review(R"({"uid":"v"})")),
            "received invalid webhook response: expected response.uid=\"u\", got \"v\"");
  EXPECT_EQ(refusal(review(R"({"uid":"u"})", R"("x":1)")),
            "received invalid webhook response: expected webhook response of admission.k8s.io/v1, "
            "Kind=AdmissionReview, got /, Kind=");
  EXPECT_THAT(refusal(review("{}", R"("kind":"Pod","apiVersion":"v1")")),
              HasSubstr("no kind \"Pod\" is registered for version \"v1\""));
  EXPECT_THAT(refusal(review("null")), HasSubstr("webhook response was absent"));
}

TEST(AdmissionAnswer, OldOnesAreTakenAsTheyCome) {
  const auto answer = read_admission_answer(R"({"response":{"allowed":true,"patch":"W10="}})",
                                            ReviewVersion::V1Beta1, "u", WebhookKind::Mutating);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->patch, "[]");
}

// What the library answers to these bodies. (k8s.io/apiserver 0.37.2, util/webhook's client and
// VerifyAdmissionResponse)
TEST(AdmissionAnswer, OfEachKindHasTheLibrarysWords) {
  constexpr std::string_view kNoStruct =
      R"( into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; )"
      R"(Kind string "json:\"kind,omitempty\"" })";
  constexpr std::string_view kParse =
      "failed to call webhook: couldn't get version/kind; json parse error: ";
  const std::string unmarshal = std::string(kParse) + "json: cannot unmarshal ";
  EXPECT_EQ(refusal("not json"), unmarshal + "string" + std::string(kNoStruct));
  EXPECT_EQ(refusal("[]"), unmarshal + "array" + std::string(kNoStruct));
  EXPECT_EQ(refusal("3"), unmarshal + "number" + std::string(kNoStruct));
  EXPECT_EQ(refusal("null"), "received invalid webhook response: webhook response was absent");
  EXPECT_EQ(refusal("{}"), "received invalid webhook response: webhook response was absent");
  EXPECT_EQ(refusal(R"({"kind":"Status","apiVersion":"v1","status":"Failure"})"),
            "failed to call webhook: converting (v1.Status) to (v1.AdmissionReview): unknown "
            "conversion");
  EXPECT_EQ(refusal(review("{}", R"("kind":"AdmissionReview","apiVersion":"admission.k8s.io/v9")")),
            "failed to call webhook: no kind \"AdmissionReview\" is registered for version "
            "\"admission.k8s.io/v9\" in scheme \"pkg/runtime/scheme.go:111\"");
  EXPECT_EQ(refusal(review(R"({"uid":"u"})", R"("kind":"AdmissionReview")")),
            "received invalid webhook response: expected webhook response of admission.k8s.io/v1, "
            "Kind=AdmissionReview, got /, Kind=AdmissionReview");
  EXPECT_EQ(refusal(review(R"({"uid":"u","allowed":true})") + " trailing"),
            std::string(kParse) + "invalid character 't' after top-level value");
  EXPECT_EQ(refusal("kind: AdmissionReview\napiVersion: admission.k8s.io/v1\n"
                    "response: {uid: u, allowed: true}"),
            "none");
}

TEST(AdmissionAnswer, WrongTypesAreNamed) {
  EXPECT_EQ(refusal(review(R"({"uid":"u","allowed":1})")),
            "failed to call webhook: json: cannot unmarshal number into Go struct field "
            "AdmissionResponse.response.allowed of type bool");
  EXPECT_THAT(refusal(review(R"({"uid":"u","warnings":[1]})")), HasSubstr("response.warnings"));
  EXPECT_THAT(refusal(review(R"({"uid":"u","patch":"!!"})")), HasSubstr("illegal base64 data"));
}

}  // namespace
}  // namespace kaudit::apiserver::admission
