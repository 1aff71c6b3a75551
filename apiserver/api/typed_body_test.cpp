// What a body is read as on its way through a request: formats, fieldValidation, warnings,
// defaults.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/api/warnings.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using ::testing::ElementsAre;
using testing::kConfigMaps;
using testing::World;

const std::string kUnknown =
    R"({"metadata":{"name":"a"},"datum":{"a":"b"},"data":{"a":"1","a":"2"}})";

class TypedBodyTest : public ::testing::Test {
 protected:
  Answered post(const std::string& target, const std::string& body,
                const std::string& type = "application/json") {
    return world.ask({"POST", target, {{"Content-Type", type}}, body});
  }
  World world;
};

TEST_F(TypedBodyTest, WhatAKindDoesNotHaveIsWarnedOfUnlessTheClientAsksForSilence) {
  const Answered told = post(kConfigMaps, kUnknown);
  EXPECT_EQ(told.status, 201);
  EXPECT_THAT(told.headers.all("Warning"), ElementsAre(R"(299 - "unknown field \"datum\"")",
                                                       R"(299 - "duplicate field \"data.a\"")"));
  EXPECT_EQ(Json::parse(told.event->request_object.view()).count("datum"), 0U);
  const Answered silent = post(kConfigMaps + "?fieldValidation=Ignore&dryRun=All",
                               R"({"metadata":{"name":"b"},"datum":1})");
  EXPECT_EQ(silent.status, 201);
  EXPECT_THAT(silent.headers.all("Warning"), ElementsAre());
}

TEST_F(TypedBodyTest, StrictValidationRefusesIt) {
  const Answered answered = post(kConfigMaps + "?fieldValidation=Strict", kUnknown);
  EXPECT_EQ(answered.status, 400);
  EXPECT_EQ(Json::parse(answered.body)["message"],
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: "
            "unknown field \"datum\", duplicate field \"data.a\"");
  EXPECT_THAT(answered.headers.all("Warning"), ElementsAre());
  EXPECT_TRUE(answered.event->request_object.empty());
  EXPECT_EQ(post(kConfigMaps + "?fieldValidation=strict", kUnknown).status, 422);
}

TEST_F(TypedBodyTest, ProtobufIsABodyLikeAnyOther) {
  // {1: {1: "v1", 2: "ConfigMap"}, 2: {1: {1: "proto"}, 2: {1: "a", 2: "b"}}}
  const std::string body(
      "k8s\0\x0a\x0f\x0a\x02v1\x12\x09"
      "ConfigMap\x12\x11\x0a\x07\x0a\x05proto\x12\x06\x0a\x01"
      "a\x12\x01"
      "b",
      4 + 17 + 19);
  const Answered created = post(kConfigMaps, body, "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(
      created.event->request_object.view(),
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"proto"},"data":{"a":"b"}})");
  const Answered bad =
      post(kConfigMaps, std::string(40, 'x'), "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(Json::parse(bad.body)["message"],
            "the object provided is unrecognized (must be of type ConfigMap): provided data does "
            "not appear to be a protobuf message, expected prefix [107 56 115 0] "
            "(787878787878787878787878787878787878787878787878787878787878 ...)");
}

TEST_F(TypedBodyTest, RequestObjectsShowDefaultsAndResponsesEmptyStructs) {
  const Answered created = post(
      "/apis/apps/v1/namespaces/default/deployments",
      R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{)"
      R"("metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  ASSERT_EQ(created.status, 201) << created.body;
  const Json asked = Json::parse(created.event->request_object.view());
  EXPECT_EQ(asked["spec"]["progressDeadlineSeconds"], 600);
  EXPECT_EQ(asked["spec"]["template"]["spec"]["dnsPolicy"], "ClusterFirst");
  EXPECT_EQ(asked["status"], Json::object());
  EXPECT_EQ(Json::parse(created.body)["status"], Json::object());
}

TEST(Warnings, AreCutWhenTheyAreTooMany) {
  http::Headers headers;
  std::vector<std::string> texts;
  texts.reserve(30);
  for (int i = 0; i < 30; ++i) texts.push_back(std::to_string(10 + i) + std::string(298, 'x'));
  add_warnings(headers, texts);
  const auto told = headers.all("Warning");
  ASSERT_EQ(told.size(), 16U);
  EXPECT_EQ(told.front().size(), 256U + sizeof("299 - \"\"") - 1);
}

TEST(Warnings, WithControlCharactersAreNotTold) {
  http::Headers headers;
  add_warnings(headers, {"a\nb", "quote \" and \\", "\xff"});
  add_warnings(headers, {"quote \" and \\"});  // is there already
  EXPECT_THAT(headers.all("Warning"), ElementsAre(R"(299 - "quote \" and \\")"));
}

}  // namespace
}  // namespace kaudit::apiserver::api
