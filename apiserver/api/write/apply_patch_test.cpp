// Server-side apply and managedFields, as a client sees them.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::kConfigMaps;
using testing::World;

class ApplyPatchTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& type,
                const std::string& body, const std::string& agent = "test/1.0") {
    return world.ask({method, target, {{"Content-Type", type}, {"User-Agent", agent}}, body});
  }
  Answered apply(const std::string& query, const std::string& body) {
    return send("PATCH", kConfigMaps + "/a?" + query, "application/apply-patch+yaml", body);
  }
  static std::string config(const std::string& data) {
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":)" + data + "}";
  }
  static Json object(const Answered& answered) { return Json::parse(answered.body); }
  static Json managers(const Answered& answered) {
    return object(answered)["metadata"].value("managedFields", Json::array());
  }

  World world;
};

TEST_F(ApplyPatchTest, CreatesWhatIsNotThere) {
  const Answered answered = apply("fieldManager=one", config(R"({"k":"v"})"));
  EXPECT_EQ(answered.status, 201) << answered.body;
  ASSERT_EQ(managers(answered).size(), 1U);
  EXPECT_EQ(managers(answered)[0]["manager"], "one");
  EXPECT_EQ(managers(answered)[0]["operation"], "Apply");
  EXPECT_EQ(managers(answered)[0]["fieldsV1"], Json::parse(R"({"f:data":{"f:k":{}}})"));
  EXPECT_EQ(apply("fieldManager=one", config(R"({"k":"v"})")).status, 200);
}

TEST_F(ApplyPatchTest, RecordsJsonAsItWasSent) {
  const std::string sent =
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"z":"1","a":"2"}})";
  const Answered answered = apply("fieldManager=one", sent);
  EXPECT_EQ(answered.status, 201) << answered.body;
  EXPECT_EQ(answered.event->request_object.view(), sent);
}

TEST_F(ApplyPatchTest, ReadsYamlAndRecordsItAsSortedJson) {
  const Answered answered = apply("fieldManager=one",
                                  "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\n"
                                  "data:\n  z: '1'\n  a: '2'\n");
  EXPECT_EQ(answered.status, 201) << answered.body;
  EXPECT_EQ(answered.event->request_object.view(),
            R"({"apiVersion":"v1","data":{"a":"2","z":"1"},"kind":"ConfigMap",)"
            R"("metadata":{"name":"a"}})");
  const Answered broken = apply("fieldManager=one", "a: [b");
  EXPECT_EQ(broken.status, 400);
  EXPECT_TRUE(broken.event->request_object.empty());
}

TEST_F(ApplyPatchTest, DropsWhatIsNotAppliedAnyMore) {
  apply("fieldManager=one", config(R"({"k":"v","gone":"x"})"));
  const Answered answered = apply("fieldManager=one", config(R"({"k":"v"})"));
  EXPECT_EQ(object(answered)["data"], (Json{{"k", "v"}}));
}

TEST_F(ApplyPatchTest, RefusesToTakeWhatOthersOwnUnlessForced) {
  apply("fieldManager=one", config(R"({"k":"v"})"));
  const Answered refused = apply("fieldManager=two", config(R"({"k":"w"})"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(object(refused)["message"],
            "Apply failed with 1 conflict: conflict with \"one\": .data.k");
  EXPECT_EQ(object(refused)["details"],
            Json::parse(R"({"causes":[{"reason":"FieldManagerConflict",)"
                        R"("message":"conflict with \"one\"","field":".data.k"}]})"));
  const Answered forced = apply("fieldManager=two&force=true", config(R"({"k":"w"})"));
  EXPECT_EQ(forced.status, 200);
  ASSERT_EQ(managers(forced).size(), 1U);
  EXPECT_EQ(managers(forced)[0]["manager"], "two");
}

TEST_F(ApplyPatchTest, RefusesWhatIsNoApply) {
  const auto message = [&](const std::string& query, const std::string& body) {
    return object(apply(query, body))["message"].get<std::string>();
  };
  EXPECT_EQ(message("", config("{}")),
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required "
            "for apply patch");
  EXPECT_EQ(message("fieldManager=x", R"({"kind":"Secret","apiVersion":"v1"})"),
            "invalid object type: /v1, Kind=Secret");
  EXPECT_EQ(message("fieldManager=x",
                    R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"b"}})"),
            "the name of the object (b) does not match the name on the URL (a)");
  EXPECT_EQ(message("fieldManager=x", R"({"kind":"ConfigMap","apiVersion":"v1"})"),
            "the name of the object (a based on URL) was undeterminable: name must be provided");
  EXPECT_EQ(message("fieldManager=x",
                    R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","uid":"u"}})"),
            "Operation cannot be fulfilled on configmaps \"a\": uid mismatch: the provided object "
            "specified uid u, and no existing object was found");
  EXPECT_EQ(
      message("fieldManager=x", R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a",)"
                                R"("managedFields":[{"manager":"x"}]}})"),
      "metadata.managedFields must be nil");
  EXPECT_EQ(message("fieldManager=x", config(R"({"k":1})")),
            "failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data.k: expected "
            "string, got &value.valueUnstructured{Value:1}");
}

TEST_F(ApplyPatchTest, ChecksAResourceVersionThatIsApplied) {
  apply("fieldManager=one", config("{}"));
  const Answered stale = apply(
      "fieldManager=one",
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"}})");
  EXPECT_EQ(stale.status, 409);
}

TEST_F(ApplyPatchTest, TracksEveryWriteByItsManager) {
  send("POST", kConfigMaps, "application/json", config(R"({"k":"v"})"), "creator/1.0 (x)");
  const Answered patched = send("PATCH", kConfigMaps + "/a?fieldManager=patcher",
                                "application/merge-patch+json", R"({"data":{"p":"q"}})");
  ASSERT_EQ(managers(patched).size(), 2U) << patched.body;
  EXPECT_EQ(managers(patched)[0]["manager"], "creator");
  EXPECT_EQ(managers(patched)[0]["fieldsV1"], Json::parse(R"({"f:data":{".":{},"f:k":{}}})"));
  EXPECT_EQ(managers(patched)[1]["manager"], "patcher");
  EXPECT_EQ(managers(patched)[1]["fieldsV1"], Json::parse(R"({"f:data":{"f:p":{}}})"));
  Json wanted = object(patched);
  wanted["data"] = {{"k", "changed"}};
  const Answered updated =
      send("PUT", kConfigMaps + "/a", "application/json", wanted.dump(), "updater");
  ASSERT_EQ(managers(updated).size(), 2U) << updated.body;
  EXPECT_EQ(managers(updated)[1]["manager"], "updater");
}

TEST_F(ApplyPatchTest, WritesNothingWhenOnlyTimesWouldChange) {
  const Answered created = send("POST", kConfigMaps, "application/json", config(R"({"k":"v"})"));
  const Answered again = send("PUT", kConfigMaps + "/a", "application/json", created.body);
  EXPECT_EQ(object(again), object(created));
}

TEST_F(ApplyPatchTest, ForgetsManagersWhenTheClientSaysSo) {
  send("POST", kConfigMaps, "application/json", config(R"({"k":"v"})"));
  for (const std::string body :
       {R"([{"op":"replace","path":"/metadata/managedFields","value":[{}]}])",
        R"([{"op":"add","path":"/metadata/managedFields","value":[]}])"}) {
    const Answered answered =
        send("PATCH", kConfigMaps + "/a", "application/json-patch+json", body);
    EXPECT_TRUE(managers(answered).empty()) << answered.body;
  }
}

TEST_F(ApplyPatchTest, KeepsTenManagersOfUpdates) {
  send("POST", kConfigMaps, "application/json", config(R"({"k":"v"})"));
  Answered last;
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    last = send("PATCH", kConfigMaps + "/a?fieldManager=m" + n, "application/merge-patch+json",
                R"({"data":{"k)" + n + R"(":"x"}})");
  }
  EXPECT_EQ(managers(last).size(), 10U);
  EXPECT_NE(last.body.find("ancient-changes"), std::string::npos);
}

TEST_F(ApplyPatchTest, CountsWritesOfTheStatusApart) {
  const std::string deployments = "/apis/apps/v1/namespaces/default/deployments";
  send("POST", deployments, "application/json",
       R"({"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},)"
       R"("template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c",)"
       R"("image":"i"}]}}}})");
  const Answered answered = send("PATCH", deployments + "/d/status", "application/merge-patch+json",
                                 R"({"status":{"replicas":1},"spec":{"replicas":5}})");
  const Json entry = managers(answered).back();
  EXPECT_EQ(entry["subresource"], "status") << answered.body;
  EXPECT_EQ(entry["fieldsV1"], Json::parse(R"({"f:status":{"f:replicas":{}}})"));
}

}  // namespace
}  // namespace kaudit::apiserver::api
