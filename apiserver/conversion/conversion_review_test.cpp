#include "apiserver/conversion/conversion_review.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::conversion {
namespace {

using objects::Json;
using webhooks::ReviewVersion;

constexpr std::string_view kWho = "conversion webhook for example.com/v1, Kind=Widget";
constexpr std::string_view kHead =
    R"("kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/v1")";

Json widget(std::string_view name, std::string_view more = "") {
  return *Json::parse(R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":")" +
                      std::string(name) + R"(","namespace":"n","uid":"u-)" + std::string(name) +
                      R"(","labels":{"a":"b"})" + std::string(more) + R"(},"spec":{"x":1}})");
}

std::string answer(std::string_view objects, std::string_view head = kHead,
                   std::string_view result = R"({"status":"Success"})",
                   std::string_view uid = "request") {
  return "{" + std::string(head) + R"(,"response":{"uid":")" + std::string(uid) + R"(","result":)" +
         std::string(result) + R"(,"convertedObjects":[)" + std::string(objects) + "]}}";
}

std::string converted(std::string_view metadata, std::string_view version = "example.com/v2",
                      std::string_view kind = "Widget") {
  return R"({"spec":{"y":2},"kind":")" + std::string(kind) + R"(","apiVersion":")" +
         std::string(version) + R"(","metadata":)" + std::string(metadata) + "}";
}

const std::string kMetadataA = R"({"name":"a","namespace":"n","uid":"u-a"})";

class Answer : public ::testing::Test {
 protected:
  tl::expected<std::vector<Json>, ConversionFailure> read(
      std::string_view body, ReviewVersion version = ReviewVersion::V1) {
    return read_conversion_answer(body, {version, "request", "example.com/v2", given_});
  }
  std::string refusal(std::string_view body) {
    const auto answer = read(body);
    if (answer) return "none";
    const std::string& text = answer.error().text;
    EXPECT_TRUE(text.starts_with(kWho)) << text;
    return text.substr(std::min(kWho.size(), text.size()));
  }

  std::vector<Json> given_{widget("a")};
};

TEST_F(Answer, GivesTheObjectsWithTheirMetadata) {
  given_.push_back(widget("b", R"(,"annotations":{"old":"1"},"finalizers":["f/g"])"));
  const auto objects = read(answer(
      converted(R"({"name":"a","namespace":"n","uid":"u-a","labels":{"c":"d"}})") + "," +
      converted(
          R"({"name":"b","namespace":"n","uid":"u-b","finalizers":[],"annotations":{"new":"2"}})")));
  ASSERT_TRUE(objects) << objects.error().text;
  ASSERT_EQ(objects->size(), 2U);
  EXPECT_EQ(*(*objects)[0].find("metadata"),
            *Json::parse(R"({"name":"a","namespace":"n","uid":"u-a","labels":{"c":"d"}})"));
  // Without labels they are gone; the rest of metadata is not the webhook's.
  const Json& metadata = *(*objects)[1].find("metadata");
  EXPECT_EQ(metadata.find("labels"), nullptr);
  EXPECT_EQ(metadata.find("annotations")->text("new"), "2");
  EXPECT_EQ(metadata.find("finalizers")->array()->size(), 1U);
  EXPECT_EQ((*objects)[1].find("spec")->find("y")->number()->text, "2");
}

TEST_F(Answer, OfAFailureSaysItsMessage) {
  EXPECT_EQ(refusal(answer("", kHead, R"({"status":"Failure","message":"no way"})")),
            " failed: no way");
  EXPECT_EQ(refusal(answer("", kHead, R"({"status":"Failure"})")),
            " failed: response.result.status was 'Failure', not 'Success'");
  EXPECT_EQ(refusal(answer("", kHead, "{}")),
            " failed: response.result.status was '', not 'Success'");
}

TEST_F(Answer, ThatIsNotOneIsRefused) {
  EXPECT_EQ(refusal("{" + std::string(kHead) + "}"), " failed: no response provided");
  EXPECT_EQ(refusal("null"),
            " failed: expected webhook response of apiextensions.k8s.io/v1, "
            "Kind=ConversionReview, got /, Kind=");
  EXPECT_EQ(refusal(answer("", R"("kind":"ConversionReview","apiVersion":"v7")")),
            " failed: no kind \"ConversionReview\" is registered for version \"v7\" in scheme "
            "\"pkg/runtime/scheme.go:111\"");
  EXPECT_EQ(refusal(answer("", kHead, "{}", "other")),
            " failed: expected response.uid=\"request\", got \"other\"");
  EXPECT_EQ(refusal("{" + std::string(kHead) + R"(,"response":[]})"),
            " failed: json: cannot unmarshal array into Go struct field "
            "ConversionReview.response of type v1.ConversionResponse");
  EXPECT_TRUE(refusal("{").starts_with(" failed: couldn't get version/kind; json parse error: "));
}

TEST_F(Answer, MustHaveAsManyObjectsAsWereGiven) {
  EXPECT_EQ(refusal(answer("")), " returned 0 objects, expected 1");
  const std::string one = converted(kMetadataA);
  EXPECT_EQ(refusal(answer(one + "," + one)), " returned 2 objects, expected 1");
}

TEST_F(Answer, MustHaveThemInTheirOrder) {
  given_.push_back(widget("b"));
  const std::string b = converted(R"({"name":"b","namespace":"n","uid":"u-b"})");
  EXPECT_EQ(refusal(answer(b + "," + converted(kMetadataA))),
            " returned invalid converted object at index 0: must have the same name: a != b");
}

TEST_F(Answer, MustHaveTheSameObject) {
  const auto of = [&](std::string_view metadata) { return refusal(answer(converted(metadata))); };
  EXPECT_EQ(of(R"({"name":"x","namespace":"n","uid":"u-a"})"),
            " returned invalid object: must have the same name: a != x");
  EXPECT_EQ(of(R"({"name":"a","uid":"u-a"})"),
            " returned invalid object: must have the same namespace: n != ");
  EXPECT_EQ(of(R"({"name":"a","namespace":"n","uid":"z"})"),
            " returned invalid object: must have the same UID: u-a != z");
  EXPECT_EQ(refusal(answer(converted(kMetadataA, "example.com/v1"))),
            " returned invalid object at index 0: invalid groupVersion (expected example.com/v2, "
            "received example.com/v1)");
  EXPECT_EQ(refusal(answer(converted(kMetadataA, "example.com/v2", "Gadget"))),
            " returned invalid object at index 0: invalid kind (expected Widget, received Gadget)");
}

TEST_F(Answer, MayChangeNothingElseOfMetadata) {
  const auto of = [&](std::string_view more) {
    return refusal(
        answer(converted(R"({"name":"a","namespace":"n","uid":"u-a",)" + std::string(more) + "}")));
  };
  EXPECT_EQ(of(R"("labels":[])"),
            " returned invalid metadata: invalid metadata.labels of type []interface {} in "
            "converted object");
  EXPECT_EQ(of(R"("annotations":{"k":1})"),
            " returned invalid metadata: metadata.annotations[k] must be a string, but is int64 in "
            "converted object");
  EXPECT_TRUE(of(R"("labels":{"a b":"c"})")
                  .starts_with(" returned invalid metadata: metadata.labels: Invalid value: "
                               "\"a b\": name part must consist of"));
  // What was there before may stay, however wrong it is.
  given_[0].find("metadata")->set("labels", *Json::parse(R"({"a b":"c"})"));
  EXPECT_EQ(of(R"("labels":{"a b":"c"})"), "none");
}

TEST_F(Answer, OfTheOldVersionNeedsNoUid) {
  const std::string body = R"({"response":{"result":{"status":"Success"},"convertedObjects":[)" +
                           converted(kMetadataA) + "]}}";
  EXPECT_TRUE(read(body, ReviewVersion::V1Beta1));
  EXPECT_FALSE(read(body));
}

TEST(Review, IsWhatKubernetesSends) {
  const std::vector<Json> given{widget("a")};
  EXPECT_EQ(conversion_review({ReviewVersion::V1, "r", "example.com/v2", given}),
            R"({"kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/v1","request":)"
            R"({"uid":"r","desiredAPIVersion":"example.com/v2","objects":[)" +
                given[0].dump() + "]}}");
}

}  // namespace
}  // namespace kaudit::apiserver::conversion
