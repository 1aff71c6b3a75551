#include "apiserver/objects/codec.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/rfc3339.hpp"
#include "apiserver/objects/schema.hpp"
#include "audit/base/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr TypeMeta kConfigMapType{"v1", "ConfigMap"};

std::string decoded(TypeMeta expected, std::string_view body) {
  const auto object = decode_object(expected, body, BodyFormat::Json);
  return object ? object->dump() : "error: " + object.error().message;
}

TEST(Codec, BringsAnObjectIntoCanonicalForm) {
  EXPECT_EQ(decoded({"apps/v1", "Deployment"},
                    R"({"spec":{"b":1,"a":2},"metadata":{"labels":{"z":"1","a":"2"},"name":"d",)"
                    R"("annotations":{}},"data":{"y":1,"x":2},"kind":"Deployment"})"),
            R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"d",)"
            R"("labels":{"a":"2","z":"1"}},"spec":{"b":1,"a":2},"data":{"x":2,"y":1}})");
}

TEST(Codec, DropsEmptyMembersAndTakesKindAndVersionFromTheUrl) {
  EXPECT_EQ(
      decoded(kConfigMapType, R"({"metadata":{"name":"a","creationTimestamp":null,"labels":{}},)"
                              R"("binaryData":null,"data":{},"datum":{"a":"b"}})"),
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}})");
  EXPECT_EQ(decoded(kConfigMapType, "null"),
            R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{}})");
}

TEST(Codec, GivesANamespaceItsLabelAndItsEmptyStructs) {
  EXPECT_EQ(decoded({"v1", "Namespace"}, R"({"metadata":{"name":"n","annotations":{"a":"b"}}})"),
            R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"n",)"
            R"("labels":{"kubernetes.io/metadata.name":"n"},"annotations":{"a":"b"}},)"
            R"("spec":{},"status":{}})");
}

TEST(Codec, FoldsASecretsStringDataIntoData) {
  EXPECT_EQ(
      decoded({"v1", "Secret"},
              R"({"metadata":{"name":"s"},"data":{"a":"YQ=="},"stringData":{"b":"plain <text>"}})"),
      R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":"s"},)"
      R"("data":{"a":"YQ==","b":"cGxhaW4gPHRleHQ+"},"type":"Opaque"})");
}

TEST(Codec, RefusesInTheRealServersWords) {
  EXPECT_EQ(decoded(kConfigMapType, R"({"apiVersion":"v1","kind":"ConfigMap",)"),
            "error: the object provided is unrecognized (must be of type ConfigMap): couldn't get "
            "version/kind; json parse error: unexpected end of JSON input "
            R"(({"apiVersion":"v1","kind":"Con ...))");
  EXPECT_EQ(decoded(kConfigMapType, ""),
            "error: the object provided is unrecognized (must be of type ConfigMap): couldn't get "
            "version/kind; json parse error: unexpected end of JSON input (<empty>)");
  EXPECT_EQ(decoded(kConfigMapType, "\x1f\x8b"),
            "error: the object provided is unrecognized (must be of type ConfigMap): couldn't get "
            R"(version/kind; json parse error: invalid character '\x1f' looking for beginning of )"
            "value (1f8b)");
  EXPECT_EQ(decoded(kConfigMapType, R"({"apiVersion":"v1","kind":"Nope"})"),
            R"(error: Nope in version "v1" cannot be handled as a ConfigMap: no kind "Nope" is )"
            R"(registered for version "v1" in scheme "pkg/runtime/scheme.go:111")");
  EXPECT_EQ(decoded(kConfigMapType, R"({"apiVersion":"v2","kind":"ConfigMap"})"),
            R"(error: ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind )"
            R"("ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111")");
  EXPECT_EQ(decoded(kConfigMapType, R"({"kind":"Secret"})"),
            R"(error: Secret in version "v1" cannot be handled as a ConfigMap: )"
            "converting (v1.Secret) to (v1.ConfigMap): unknown conversion");
  EXPECT_EQ(decoded(kConfigMapType, R"({"data":{"a":1}})"),
            R"(error: ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot )"
            "unmarshal number into Go struct field ConfigMap.data of type string");
  EXPECT_EQ(decoded({"v1", "Pod"}, R"({"metadata":{"name":1}})"),
            R"(error: Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal )"
            "number into Go struct field ObjectMeta.metadata.name of type string");
}

TEST(Codec, ReadsYaml) {
  const auto object = decode_object(kConfigMapType,
                                    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: in-yaml\n"
                                    "data:\n  multi: |\n    one\n    two\n  a: \"b\"\n",
                                    BodyFormat::Yaml);
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ(object->dump(),
            R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"in-yaml"},)"
            R"("data":{"a":"b","multi":"one\ntwo\n"}})");
  const auto bad = decode_object(kConfigMapType, "a: [b\n", BodyFormat::Yaml);
  ASSERT_FALSE(bad);
  EXPECT_THAT(
      bad.error().message,
      ::testing::AllOf(::testing::StartsWith("the object provided is unrecognized (must be of "
                                             "type ConfigMap): yaml: line "),
                       ::testing::EndsWith(" (613a205b620a)")));
}

TEST(Codec, TakesWhatIsNestedAsDeepAsAllowed) {
  const std::size_t depth = Json::kMaxDepth - 1;
  const std::string body = "{\"spec\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  EXPECT_EQ(decoded({"v1", "Pod"}, body),
            R"({"kind":"Pod","apiVersion":"v1","metadata":{},)" + body.substr(1));
}

TEST(Codec, ShowsDeleteOptionsAsAnEventDoes) {
  const auto shown = [](std::string_view body) {
    const auto options = decode_delete_options({"apps/v1", "Deployment"}, body, BodyFormat::Json);
    return options ? options->dump() : "error: " + options.error().message;
  };
  EXPECT_EQ(
      shown(R"({"propagationPolicy":"Background","gracePeriodSeconds":0,"apiVersion":"apps/v1"})"),
      R"({"kind":"DeleteOptions","apiVersion":"meta.k8s.io/__internal",)"
      R"("gracePeriodSeconds":0,"propagationPolicy":"Background"})");
  EXPECT_EQ(shown(R"({"kind":)"),
            "error: couldn't get version/kind; json parse error: unexpected end of JSON input");
  EXPECT_EQ(shown(R"({"kind":"ConfigMap","apiVersion":"v1"})"),
            R"(error: no kind "ConfigMap" is registered for version "v1" in scheme )"
            R"("pkg/runtime/scheme.go:111")");
}

TEST(Times, AreWrittenInUtcAndWholeSeconds) {
  EXPECT_EQ(*normalised_time("2024-01-02T03:04:05Z"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(*normalised_time("2024-01-02T03:04:05.999+00:00"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(*normalised_time("2024-01-01T00:30:00+02:00"), "2023-12-31T22:30:00Z");
  EXPECT_EQ(*normalised_time("0001-01-01T00:00:00Z"), "");
  for (const auto* bad : {"", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01",
                          "2024-01-01T00:00:00", "2024-01-01t00:00:00Z"}) {
    EXPECT_FALSE(normalised_time(bad)) << bad;
  }
}

TEST(Base64, IsReadStrictly) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\x00 "}) {
    EXPECT_EQ(*base64_decode(base64_encode(text)), text);
  }
  EXPECT_EQ(*base64_decode("Zm9v\nYg=="), "foob");
  for (const auto* bad : {"x", "Zg", "Zg=", "Zg===", "====", "Zg==Zg==", "Z*=="}) {
    EXPECT_FALSE(base64_decode(bad)) << bad;
  }
}

// Bodies of kinds that are known member by member, against what client-go makes of them.
void expect_bodies_of(const std::string& path) {
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  int compared = 0;
  for (std::string line; std::getline(in, line);) {
    const auto vector = nlohmann::json::parse(line);
    if (vector.contains("format")) continue;
    const std::string body = vector.contains("in64")
                                 ? *base64_decode(vector["in64"].get<std::string>())
                                 : vector.value("in", "");
    std::string type = vector.contains("default") ? vector["default"].get<std::string>() : "";
    if (const auto tree = Json::parse(body); type.empty() && tree) {
      type = std::string(tree->text("apiVersion")) + "/" + std::string(tree->text("kind"));
    }
    // The scheme of these vectors makes no defaults and leaves stringData alone.
    if (type != "v1/ConfigMap" && type != "v1/Secret") continue;
    const std::string kind = type.substr(3);
    const auto tree = Json::parse(body);
    const auto object =
        tree ? canonical_object({"v1", kind}, *tree) : Result<Json>(tl::unexpect, tree.error());
    ASSERT_EQ(object.has_value(), vector.contains("out")) << vector["id"] << " " << body;
    if (!object) {
      if (object.error().message.starts_with("parsing time")) continue;  // Go says where it gave up
      EXPECT_NE(vector["error"].get<std::string>().find(object.error().message), std::string::npos)
          << vector["id"] << " " << object.error().message;
    } else if (kind == "ConfigMap") {
      EXPECT_EQ(object->dump(), vector["out"].get<std::string>()) << vector["id"];
    } else {
      EXPECT_EQ(object->find("metadata")->dump(),
                Json::parse(vector["out"].get<std::string>())->find("metadata")->dump())
          << vector["id"];
    }
    ++compared;
  }
  EXPECT_GT(compared, 5) << path;
}

TEST(Codec, AgreesWithTheRealLibraryOnKnownTypes) {
  expect_bodies_of(KAUDIT_TESTDATA "/bodies.jsonl");
  if (const char* vectors = std::getenv("KAUDIT_VECTORS")) {
    expect_bodies_of(std::string(vectors) + "/objects/json.jsonl");
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects
