// PATCH in all its types, as a client sees it.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

const std::string kConfigMap = "/api/v1/namespaces/default/configmaps/a";
const std::string kService = "/api/v1/namespaces/default/services/s";

class PatchTest : public ::testing::Test {
 protected:
  PatchTest() {
    send("POST", "/api/v1/namespaces/default/configmaps", "application/json",
         R"({"metadata":{"name":"a"},"data":{"k":"v"}})");
    send(
        "POST", "/api/v1/namespaces/default/services", "application/json",
        R"({"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"name":"http"},{"port":443,"name":"tls"}]}})");
  }
  Answered send(const std::string& method, const std::string& target, const std::string& type,
                const std::string& body) {
    return world.ask({method, target, {{"Content-Type", type}}, body});
  }
  Answered json_patch(const std::string& target, const std::string& body) {
    return send("PATCH", target, "application/json-patch+json", body);
  }
  Answered strategic(const std::string& target, const std::string& body) {
    return send("PATCH", target, "application/strategic-merge-patch+json", body);
  }
  static Json object(const Answered& answered) { return Json::parse(answered.body); }

  World world;
};

TEST_F(PatchTest, AppliesOperationsInOrder) {
  const Answered answered =
      json_patch(kConfigMap, R"([ {"op":"add","path":"/data/x","value":"<y>"},)"
                             R"({"op":"test","path":"/data/x","value":"<y>"} ])");
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(object(answered)["data"], (Json{{"k", "v"}, {"x", "<y>"}}));
}

// A warning to consumers (audit-semantics 1.2): such a line of the log is not valid UTF-8.
TEST_F(PatchTest, RecordsBadUtf8AsSentThoughTheObjectHoldsTheReplacementCharacter) {
  const std::string sent = "{\"data\":{\"k\":\"\xff\xc3\"}}";
  for (const char* type :
       {"application/merge-patch+json", "application/strategic-merge-patch+json"}) {
    const Answered answered = send("PATCH", kConfigMap, type, sent);
    EXPECT_EQ(answered.status, 200) << type;
    EXPECT_EQ(answered.event->request_object.view(), sent) << type;
    EXPECT_EQ(object(answered)["data"]["k"], "\xef\xbf\xbd\xef\xbf\xbd") << type;
  }
}

TEST_F(PatchTest, SaysNoMoreThanARealServerWhenAnOperationFails) {
  const Answered answered =
      json_patch(kConfigMap, R"([{"op":"test","path":"/data/k","value":"other"}])");
  EXPECT_EQ(answered.status, 422);
  EXPECT_EQ(object(answered)["message"],
            "the server rejected our request due to an error in our request");
  EXPECT_EQ(object(answered)["details"], Json::object());
  EXPECT_FALSE(answered.event->request_object.empty());
}

TEST_F(PatchTest, LooksForTheObjectBeforeItReadsThePatch) {
  EXPECT_EQ(json_patch(kConfigMap + "x", R"({"op":"remove"})").status, 404);
  const Answered answered = json_patch(kConfigMap, R"({"op":"remove"})");
  EXPECT_EQ(answered.status, 400);
  EXPECT_EQ(object(answered)["message"],
            "error decoding patch: json: cannot unmarshal object into Go value of type "
            "[]handlers.jsonPatchOp");
}

TEST_F(PatchTest, RefusesTooManyOperations) {
  std::string body = "[";
  for (int i = 0; i < 10'001; ++i) body += "{},";
  body.back() = ']';
  const Answered answered = json_patch(kConfigMap, body);
  EXPECT_EQ(answered.status, 413);
  EXPECT_EQ(object(answered)["message"],
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, "
            "got 10001");
}

TEST_F(PatchTest, MergesListsByTheirKeys) {
  const Answered answered = strategic(
      kService,
      R"({"spec":{"ports":[{"port":443,"name":"https"},{"port":80,"$patch":"delete"}]}})");
  ASSERT_EQ(answered.status, 200) << answered.body;
  const Json ports = object(answered)["spec"]["ports"];
  ASSERT_EQ(ports.size(), 1U);
  EXPECT_EQ(ports[0]["name"], "https");
}

TEST_F(PatchTest, AnswersErrorsOfStrategicPatchesAsTheServerDoes) {
  const Answered no_key = strategic(kService, R"({"spec":{"ports":[{"name":"x"}]}})");
  EXPECT_EQ(no_key.status, 500);
  EXPECT_EQ(object(no_key)["message"],
            "map: map[name:x] does not contain declared merge key: port");
  const Answered retain =
      strategic(kService, R"({"spec":{"$retainKeys":["type"],"clusterIP":"None"}})");
  EXPECT_EQ(retain.status, 400);
  EXPECT_EQ(object(retain)["message"], "invalid patch format of retainKeys");
}

TEST_F(PatchTest, WarnsOfWhatAKindDoesNotHave) {
  const std::string body = R"({"x":1,"e":2,"data":{"a":"1","a":"2"},"dup":1,"dup":2})";
  const Answered warned = send("PATCH", kConfigMap, "application/merge-patch+json", body);
  EXPECT_EQ(warned.status, 200);
  const auto warnings = warned.headers.all("Warning");
  ASSERT_EQ(warnings.size(), 5U);
  EXPECT_EQ(warnings[0], R"(299 - "duplicate field \"data.a\"")");
  EXPECT_EQ(warnings[1], R"(299 - "duplicate field \"dup\"")");
  EXPECT_EQ(warnings[2], R"(299 - "unknown field \"dup\"")");
  EXPECT_EQ(warnings[4], R"(299 - "unknown field \"x\"")");
  EXPECT_TRUE(
      send("PATCH", kConfigMap + "?fieldValidation=Ignore", "application/merge-patch+json", body)
          .headers.all("Warning")
          .empty());
}

TEST_F(PatchTest, RefusesWhatAKindDoesNotHaveWhenStrict) {
  const Answered answered =
      send("PATCH", kConfigMap + "?fieldValidation=Strict", "application/json-patch+json",
           R"([{"op":"add","path":"/x","value":1,"no":2}])");
  EXPECT_EQ(answered.status, 422);
  EXPECT_NE(object(answered)["message"].get<std::string>().find(
                "strict decoding error: json patch unknown field \"[0].no\", unknown field \"x\""),
            std::string::npos)
      << answered.body;
}

TEST_F(PatchTest, LeavesTheNameAlone) {
  const Answered answered = strategic(kConfigMap, R"({"metadata":{"name":"b"}})");
  EXPECT_EQ(answered.status, 400);
  EXPECT_EQ(object(answered)["message"],
            "the name of the object (b) does not match the name on the URL (a)");
}

TEST_F(PatchTest, RefusesTypesThatAreNoPatch) {
  for (const std::string type : {"application/json", "application/apply-patch+cbor", ""}) {
    const Answered answered = send("PATCH", kConfigMap, type, "{}");
    EXPECT_EQ(answered.status, 415) << type;
    EXPECT_EQ(object(answered)["message"], "415: Unsupported Media Type");
    EXPECT_TRUE(answered.event->request_object.empty());
  }
}

TEST_F(PatchTest, ChecksWhatItsQuerySays) {
  const Answered forced =
      send("PATCH", kConfigMap + "?force=false&fieldManager=" + std::string(129, 'x'),
           "application/merge-patch+json", "{}");
  EXPECT_EQ(forced.status, 422);
  EXPECT_EQ(object(forced)["message"],
            "PatchOptions.meta.k8s.io \"\" is invalid: [force: Forbidden: may not be specified for "
            "non-apply patch, fieldManager: Too long: may not be more than 128 bytes]");
  const Answered odd =
      send("PATCH", kConfigMap + "?fieldManager=a%01", "application/merge-patch+json", "{}");
  EXPECT_EQ(object(odd)["message"],
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\x01\": "
            "invalid character U+0001 (at position 1)");
}

}  // namespace
}  // namespace kaudit::apiserver::api
