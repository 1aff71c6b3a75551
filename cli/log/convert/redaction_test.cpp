#include "cli/log/convert/redaction.hpp"

#include <gtest/gtest.h>

namespace kaudit::cli {
namespace {

TEST(Redactions, ReplaceTheValuesAtAPath) {
  const std::string secret = R"({"data":{"a":"x","b":"y"},"list":[{"v":1},{"v":2}],"n":null})";
  EXPECT_EQ(redacted(secret, {"data", "*"}),
            R"({"data":{"a":"REDACTED","b":"REDACTED"},"list":[{"v":1},{"v":2}],"n":null})");
  EXPECT_EQ(redacted(secret, {"list", "*", "v"}),
            R"({"data":{"a":"x","b":"y"},"list":[{"v":"REDACTED"},{"v":"REDACTED"}],"n":null})");
  EXPECT_EQ(redacted(secret, {"list", "v"}), redacted(secret, {"list", "*", "v"}));
  EXPECT_EQ(redacted(secret, {"n"}), secret);
  EXPECT_EQ(redacted(secret, {"nothing"}), secret);
}

TEST(Redactions, ApplyToTheirResourceAndToItemsOfLists) {
  Redaction redaction;
  ASSERT_TRUE(redaction.add("secrets: data.*, stringData").has_value());
  audit::Event event;
  event.object_ref.emplace();
  event.object_ref->resource = "secrets";
  event.request_object = RawJson::trusted(R"({"stringData":{"a":"x"}})");
  event.response_object = RawJson::trusted(R"({"items":[{"data":{"a":"x"}}]})");
  redaction.apply(event);
  EXPECT_EQ(event.request_object.view(), R"({"stringData":"REDACTED"})");
  EXPECT_EQ(event.response_object.view(), R"({"items":[{"data":{"a":"REDACTED"}}]})");
  event.object_ref->resource = "configmaps";
  event.request_object = RawJson::trusted(R"({"data":{"a":"x"}})");
  redaction.apply(event);
  EXPECT_EQ(event.request_object.view(), R"({"data":{"a":"x"}})");
}

TEST(Redactions, AreRefusedWhenTheyDoNotSayWhat) {
  Redaction redaction;
  EXPECT_FALSE(redaction.add("secrets").has_value());
  EXPECT_FALSE(redaction.add(": data").has_value());
  EXPECT_FALSE(redaction.add("secrets:").has_value());
}

}  // namespace
}  // namespace kaudit::cli
