// What the vectors do not show: limits, kubectl's annotation, managers that a client writes.
#include "apiserver/objects/apply/field_manager.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kaudit::apiserver::objects::apply {
namespace {

constexpr std::string_view kThen = "2026-01-01T00:00:00Z";
constexpr std::string_view kNow = "2026-01-02T00:00:00Z";

const FieldManager& config_maps() {
  static const FieldManager fields({find_type("v1", "ConfigMap"), "v1", "ConfigMap"});
  return fields;
}

Json config_map(const std::string& data, const std::string& metadata = "") {
  return *Json::parse(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a")" + metadata +
                      R"(},"data":)" + data + "}");
}

Json owned(Json object, Json managed_fields) {
  object.find("metadata")->set("managedFields", std::move(managed_fields));
  return object;
}

TEST(FieldManager, KeepsATimeWhenAnApplyChangesNothing) {
  const Json config = config_map(R"({"k":"v"})");
  const auto first = config_maps().apply(nullptr, config, {"me", kThen}, Force::No);
  const Json live = owned(config, first->managed_fields);
  EXPECT_EQ(config_maps().apply(&live, config, {"me", kNow}, Force::No)->managed_fields.dump(),
            first->managed_fields.dump());
}

TEST(FieldManager, TakesOverWhatKubectlOnceAppliedOnItsSide) {
  const std::string applied = R"({\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":)"
                              R"({\"name\":\"a\"},\"data\":{\"k\":\"v\"}})";
  const Json before = config_map(
      R"({"k":"v"})",
      R"(,"annotations":{"kubectl.kubernetes.io/last-applied-configuration":")" + applied + "\"}");
  const Json live =
      owned(before, config_maps().update(nullptr, before, {"kubectl-client-side-apply", kThen}));
  const Json config = config_map(R"({"k":"w"})");
  EXPECT_FALSE(config_maps().apply(&live, config, {"somebody", kNow}, Force::No));
  const auto result = config_maps().apply(&live, config, {"kubectl", kNow}, Force::No);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->object.find("metadata")
                ->find("annotations")
                ->text("kubectl.kubernetes.io/last-applied-configuration"),
            R"({"apiVersion":"v1","data":{"k":"w"},"kind":"ConfigMap","metadata":{"name":"a"}})"
            "\n");
}

// A client that has managedFields forgotten gets them by way of sets.
TEST(FieldManager, FindsTheFieldsOfANewObjectWithoutSetsAsWithThem) {
  const std::tuple<std::string_view, std::string_view, std::string> objects[] = {
      {"v1", "ConfigMap", R"("data":{"k":"v"},"binaryData":{}})"},
      {"v1", "Service",
       R"("spec":{"ports":[{"port":80,"protocol":"UDP"},{"port":80,"protocol":"TCP","name":"n"},)"
       R"({"port":80,"protocol":"TCP"}],"selector":{"a":"b"},"type":"ClusterIP"},"status":{}})"},
      {"v1", "Pod",
       R"("spec":{"containers":[{"name":"z","image":"i","ports":[{"containerPort":1}],)"
       R"("resources":{}},{"name":"a","env":[{"name":"E","value":"1"}],"args":["x"]}],)"
       R"("nodeSelector":{},"securityContext":{},"tolerations":[{"key":"k"}]},)"
       R"("status":{"phase":"Running"}})"},
      {"apps/v1", "Deployment",
       R"("spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":)"
       R"({"creationTimestamp":null},"spec":{"containers":null}},"strategy":{}},"status":{}})"},
      {"example.com/v1", "Unknown", R"("spec":{"a":{"b":[1,2],"c":null},"d":{}},"x":3})"},
  };
  for (const auto& [version, kind, rest] : objects) {
    for (const std::string_view subresource : {"", "status", "scale"}) {
      const FieldManager fields({find_type(version, kind), version, kind, subresource});
      const std::string head =
          R"({"kind":")" + std::string(kind) + R"(","apiVersion":")" + std::string(version) +
          R"(","metadata":{"name":"a","uid":"u","labels":{"l":"m"},"finalizers":["f","e"])";
      const Json plain = *Json::parse(head + "}," + rest);
      const Json forgotten = *Json::parse(head + R"(,"managedFields":[{}]},)" + rest);
      EXPECT_EQ(fields.update(nullptr, plain, {"me", kNow}).dump(),
                fields.update(nullptr, forgotten, {"me", kNow}).dump())
          << kind << ' ' << subresource;
    }
  }
}

TEST(FieldManager, GivesAnObjectWithoutManagersOneBeforeTheFirstApply) {
  const Json live = config_map(R"({"k":"v"})", R"(,"uid":"u")");
  const auto refused =
      config_maps().apply(&live, config_map(R"({"k":"w"})"), {"me", kNow}, Force::No);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.k");
  EXPECT_TRUE(config_maps().update(&live, live, {"me", kNow}).is_null());
}

TEST(FieldManager, IgnoresManagersThatNobodyCouldHaveWritten) {
  const Json live = owned(config_map(R"({"k":"v"})"), *Json::parse("null"));
  const Json good = config_maps().update(nullptr, live, {"me", kThen});
  const Json stored = owned(live, good);
  for (const std::string bad :
       {R"([{"manager":"x"}])",
        R"([{"manager":"x","operation":"Apply","apiVersion":"v1",)"
        R"("fieldsType":"FieldsV2","fieldsV1":{}}])",
        R"([{"manager":"x","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1",)"
        R"("fieldsV1":{"f":{}}}])"}) {
    EXPECT_EQ(config_maps().update(&stored, owned(live, *Json::parse(bad)), {"me", kNow}).dump(),
              good.dump())
        << bad;
  }
}

TEST(FieldManager, CallsAWriterWithoutANameUnknown) {
  const Json managed = config_maps().update(nullptr, config_map(R"({"k":"v"})"), {"", kNow});
  EXPECT_EQ((*managed.array())[0].text("manager"), "unknown");
}

TEST(FieldManager, DeducesOwnersOfKindsWithoutTables) {
  const FieldManager fields({nullptr, "x.io/v1", "Own"});
  const Json object =
      *Json::parse(R"({"kind":"Own","apiVersion":"x.io/v1","metadata":{"name":"a"},)"
                   R"("spec":{"list":[{"b":1}],"map":{"x":{"y":1}},"none":{}}})");
  const Json managed = fields.update(nullptr, object, {"me", kNow});
  EXPECT_EQ((*managed.array())[0].find("fieldsV1")->dump(),
            R"({"f:spec":{".":{},"f:list":{},"f:map":{".":{},"f:x":{".":{},"f:y":{}}},)"
            R"("f:none":{}}})");
}

std::string nested(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += "{\"a\":";
  return text + "1" + std::string(static_cast<std::size_t>(levels), '}');
}

TEST(FieldManager, RefusesToApplyWhatNestsTooDeep) {
  const FieldManager fields({nullptr, "x.io/v1", "Own"});
  const auto object = [](int levels) {
    return *Json::parse(R"({"kind":"Own","apiVersion":"x.io/v1","metadata":{"name":"a"},"spec":)" +
                        nested(levels) + "}");
  };
  EXPECT_TRUE(fields.apply(nullptr, object(900), {"me", kNow}, Force::No));
  const auto refused = fields.apply(nullptr, object(9'000), {"me", kNow}, Force::No);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ApplyRefusal::Kind::BadRequest);
  EXPECT_TRUE(fields.update(nullptr, object(9'000), {"me", kNow}).is_null());
}

TEST(FieldManager, AppliesLongListsInBoundedTime) {
  const FieldManager fields({find_type("v1", "Service"), "v1", "Service"});
  const auto service = [](int from, int to, int step) {
    std::string text =
        R"({"kind":"Service","apiVersion":"v1","metadata":{"name":"a"},"spec":{"ports":[)";
    for (int i = from; i != to; i += step) text += "{\"port\":" + std::to_string(i) + "},";
    text.back() = ']';
    return *Json::parse(text + "}}");
  };
  const Json up = service(0, 100'000, 1);
  const auto first = fields.apply(nullptr, up, {"one", kThen}, Force::No);
  ASSERT_TRUE(first);
  const Json live = owned(up, first->managed_fields);
  const auto second = fields.apply(&live, service(99'999, -1, -1), {"two", kNow}, Force::Yes);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->object.find("spec")->find("ports")->array()->size(), 100'000U);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::apply
