// Bodies are read as they were sent where that says the same as reading them compact does, which is
// what decode_any() always does.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr TypeMeta kDeployment{"apps/v1", "Deployment"};
constexpr DecodeOptions kOptions{FieldValidation::Warn, Defaulting::AtDecode};

// Every kind of value, and what is only found out about when it is compact.
constexpr std::string_view kBody =
    R"({"metadata":{"name":"d","labels":{"a":"1","b":"2"},"creationTimestamp":null,)"
    R"("annotations":{"x":"\u003c\n"},"managedFields":[{"fieldsV1":{"f:a":{"k:{\"n\":1}":{}}}}]},)"
    R"("spec":{"replicas":2,"paused":true,"strategy":{"rollingUpdate":{"maxSurge":"25%",)"
    R"("maxUnavailable":1}},"template":{"spec":{"containers":[{"name":"c","resources":{)"
    R"("limits":{"cpu":"0.5","memory":1000}},"env":[{"name":"E","value":""}]}]}}}})";

void expect_same(const std::string& body) {
  // With nothing behind it, so that a sanitizer sees a look beyond.
  const std::vector<char> bytes(body.begin(), body.end());
  const std::string_view text(bytes.data(), bytes.size());
  const auto object = decode_object(kDeployment, text, BodyFormat::Json, kOptions);
  const auto compact = decode_any(kDeployment, text, BodyFormat::Json, kOptions);
  ASSERT_EQ(object.has_value(), compact.has_value()) << body;
  if (!object) return;
  // Half a surrogate stays as it is in JSON that nobody looks into, but not in a tree.
  EXPECT_EQ(object->object.dump(), Json::parse(compact->json)->dump()) << body;
  EXPECT_EQ(object->complaints, compact->complaints) << body;
}

TEST(AsSent, ReadsWholeBodiesAndRefusesTheirBeginnings) {
  for (std::size_t size = 0; size <= kBody.size(); ++size) {
    expect_same(std::string(kBody.substr(0, size)));
    expect_same(std::string(kBody.substr(0, size)) + "}");
  }
}

TEST(AsSent, ReadsWhatIsAddedAnywhere) {
  using namespace std::string_literals;
  for (const std::string& added :
       {" "s,    "\n\t"s, "{"s,  "}"s,        "["s,    "]"s,       ","s,        ":"s,
        "\""s,   "\\"s,   "0"s,  "-"s,        ".5"s,   "e"s,       "x"s,        "<"s,
        "null"s, "\x01"s, "\0"s, "\xC3\xA9"s, "\xFF"s, "\\ud800"s, "\"a\":1,"s, "{},"s}) {
    for (std::size_t at = 0; at <= kBody.size(); ++at) {
      expect_same(std::string(kBody).insert(at, added));
    }
  }
}

TEST(AsSent, ReadsWhatIsLeftOutAnywhere) {
  for (std::size_t size = 1; size <= 4; ++size) {
    for (std::size_t at = 0; at + size <= kBody.size(); ++at) {
      expect_same(std::string(kBody).erase(at, size));
    }
  }
}

TEST(AsSent, NestsAsDeepAsCompactJsonMay) {
  for (const std::size_t depth : {9'990, 9'999, 10'000, 10'001}) {
    const std::string nested = std::string(depth, '[') + std::string(depth, ']');
    expect_same(R"({"spec":{"template":)" + nested + "}}");
    expect_same(R"({"metadata":{"managedFields":[{"fieldsV1":{"a":)" + nested + "}}]}}");
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects
