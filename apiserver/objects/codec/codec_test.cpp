#include "apiserver/objects/codec/codec.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/bracket_stack.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr TypeMeta kConfigMapType{"v1", "ConfigMap"};

constexpr DecodeOptions kNoDefaults{FieldValidation::Ignore, Defaulting::None};

std::string decoded(TypeMeta expected, std::string_view body, DecodeOptions options = {}) {
  const auto object = decode_object(expected, body, BodyFormat::Json, options);
  return object ? object->object.dump() : "error: " + object.error().message;
}

TEST(Codec, BringsAnObjectIntoCanonicalForm) {
  EXPECT_EQ(decoded({"apps/v1", "Deployment"},
                    R"({"spec":{"paused":true,"replicas":2},"metadata":{"labels":{"z":"1","a":)"
                    R"("2"},"name":"d","annotations":{}},"datum":1,"kind":"Deployment"})",
                    kNoDefaults),
            R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"d",)"
            R"("labels":{"a":"2","z":"1"}},"spec":{"replicas":2,"selector":null,"template":{)"
            R"("metadata":{},"spec":{"containers":null}},"strategy":{},"paused":true},)"
            R"("status":{}})");
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
  EXPECT_EQ(object->object.dump(),
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

// A schema may nest as deep as JSON may; nothing may recurse on it.
TEST(Codec, TakesWhatIsNestedAsDeepAsAllowed) {
  constexpr std::size_t kAround = 5;  // spec, versions, its list, schema, and the object itself
  const auto nested = [](std::size_t depth) {
    std::string body = R"({"spec":{"versions":[{"schema":)";
    for (std::size_t i = 0; i < depth; ++i) body += R"({"not":)";
    return body + "{}" + std::string(depth, '}') + "}]}}";
  };
  constexpr TypeMeta kCrd{"apiextensions.k8s.io/v1", "CustomResourceDefinition"};
  EXPECT_TRUE(decoded(kCrd, nested(kMaxJsonDepth - kAround)).starts_with("{\"kind\""));
  EXPECT_EQ(decoded(kCrd, nested(kMaxJsonDepth)),
            "error: the object provided is unrecognized (must be of type "
            "CustomResourceDefinition): couldn't get version/kind; json parse error: exceeded max "
            R"(depth ({"spec":{"versions":[{"schema" ...))");
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

TEST(Base64, IsReadStrictly) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\x00 "}) {
    EXPECT_EQ(*base64_decode(base64_encode(text)), text);
  }
  EXPECT_EQ(*base64_decode("Zm9v\nYg=="), "foob");
  for (const auto* bad : {"x", "Zg", "Zg=", "Zg===", "====", "Zg==Zg==", "Z*=="}) {
    EXPECT_FALSE(base64_decode(bad)) << bad;
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects
