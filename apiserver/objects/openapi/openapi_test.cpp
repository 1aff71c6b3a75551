#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/openapi/documents.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

json v3(const std::string& path) { return json::parse(v3_document(path, "v1.2.3")); }

/// Every $ref in a document.
void collect_references(const json& value, std::set<std::string>& found) {
  // (JSONSchemaProps has a property of that name.)
  if (value.is_object() && value.contains("$ref") && value["$ref"].is_string()) {
    found.insert(value["$ref"].get<std::string>());
  }
  if (!value.is_structured()) return;
  for (const json& child : value) collect_references(child, found);
}

json gvk(const char* group, const char* version, const char* kind) {
  return {{"group", group}, {"version", version}, {"kind", kind}};
}

TEST(OpenApi, HasADocumentForEachGroupVersion) {
  const auto paths = group_version_paths();
  EXPECT_THAT(paths, Contains("api/v1"));
  EXPECT_THAT(paths, Contains("apis/apps/v1"));
  EXPECT_THAT(paths, Contains("apis/autoscaling/v2"));
  EXPECT_EQ(std::set<std::string>(paths.begin(), paths.end()).size(), paths.size());
  EXPECT_EQ(v3_document("apis/nothing/v1", "v1"), "");
}

TEST(OpenApi, RefersOnlyToSchemasThatItHas) {
  for (const std::string& path : group_version_paths()) {
    const json document = v3(path);
    std::set<std::string> references;
    collect_references(document, references);
    EXPECT_FALSE(references.empty());
    for (const std::string& reference : references) {
      const std::string prefix = "#/components/schemas/";
      ASSERT_THAT(reference, HasSubstr(prefix));
      EXPECT_TRUE(document["components"]["schemas"].contains(reference.substr(prefix.size())))
          << path << ' ' << reference;
    }
  }
  const json v2 = json::parse(v2_json("v1"));
  std::set<std::string> references;
  collect_references(v2, references);
  for (const std::string& reference : references) {
    EXPECT_TRUE(v2["definitions"].contains(reference.substr(14))) << reference;
  }
}

TEST(OpenApi, ListsEachResourceWithItsVerbs) {
  for (const objects::Resource& resource : objects::all_resources()) {
    const std::string root =
        (resource.group.empty() ? "/api/" : "/apis/") + std::string(resource.api_version);
    const std::string path = root + (resource.namespaced() ? "/namespaces/{namespace}/" : "/") +
                             std::string(resource.name);
    const json document =
        v3((resource.group.empty() ? "api/" : "apis/") + std::string(resource.api_version));
    const json& paths = document["paths"];
    EXPECT_EQ(paths[path].contains("post"), resource.allows("create")) << path;
    if (resource.allows("patch")) {
      const json& patch = paths[path + "/{name}"]["patch"];
      EXPECT_EQ(patch["x-kubernetes-group-version-kind"]["kind"], resource.kind);
      EXPECT_EQ(patch["x-kubernetes-action"], "patch");
    }
    if (resource.allows("list")) {
      EXPECT_TRUE(paths[root + "/" + std::string(resource.name)].contains("get")) << path;
    }
  }
}

// kubectl asks the server to validate when the PATCH of the kind takes fieldValidation.
TEST(OpenApi, SaysThatWritesAreValidatedAndMayBeDry) {
  const json document = v3("api/v1");
  const json& patch = document["paths"]["/api/v1/namespaces/{namespace}/pods/{name}"]["patch"];
  std::set<std::string> names;
  for (const json& parameter : patch["parameters"]) names.insert(parameter["name"]);
  for (const char* name : {"dryRun", "fieldManager", "fieldValidation", "force"}) {
    EXPECT_THAT(names, Contains(name));
  }
}

TEST(OpenApi, DescribesObjectsAsTheTablesDo) {
  const json schemas = v3("api/v1")["components"]["schemas"];
  const json& pod = schemas["io.k8s.api.core.v1.Pod"];
  EXPECT_EQ(pod["type"], "object");
  EXPECT_EQ(pod["x-kubernetes-group-version-kind"], json::array({gvk("", "v1", "Pod")}));
  EXPECT_EQ(pod["properties"]["spec"]["$ref"], "#/components/schemas/io.k8s.api.core.v1.PodSpec");
  const json& spec = schemas["io.k8s.api.core.v1.PodSpec"];
  EXPECT_THAT(spec["required"], Contains("containers"));
  const json& containers = spec["properties"]["containers"];
  EXPECT_EQ(containers["items"]["$ref"], "#/components/schemas/io.k8s.api.core.v1.Container");
  EXPECT_EQ(containers["x-kubernetes-list-type"], "map");
  EXPECT_EQ(containers["x-kubernetes-list-map-keys"], json::array({"name"}));
  EXPECT_EQ(containers["x-kubernetes-patch-merge-key"], "name");
  EXPECT_EQ(containers["x-kubernetes-patch-strategy"], "merge");
  const json& container = schemas["io.k8s.api.core.v1.Container"]["properties"];
  EXPECT_EQ(container["imagePullPolicy"]["enum"], json::array({"Always", "IfNotPresent", "Never"}));
  EXPECT_EQ(schemas["io.k8s.api.core.v1.ContainerPort"]["properties"]["protocol"]["default"],
            "TCP");
  EXPECT_TRUE(spec["properties"]["volumes"]["items"].contains("$ref"));
  EXPECT_TRUE(schemas["io.k8s.api.core.v1.Volume"]["properties"].contains("hostPath"));  // inlined
  EXPECT_TRUE(schemas.contains("io.k8s.apimachinery.pkg.api.resource.Quantity"));
  EXPECT_EQ(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.Time"]["format"], "date-time");
}

TEST(OpenApi, WritesExtensionsOfAReferenceSoThatTheyCount) {
  const json pv = v3("api/v1")["components"]["schemas"]["io.k8s.api.core.v1.PersistentVolumeSpec"];
  const json& claim = pv["properties"]["claimRef"];
  EXPECT_EQ(claim["x-kubernetes-map-type"], "granular");
  EXPECT_EQ(claim["allOf"][0]["$ref"], "#/components/schemas/io.k8s.api.core.v1.ObjectReference");
  EXPECT_FALSE(claim.contains("$ref"));
}

TEST(OpenApi, NamesTypesOfTheGroupResourceAsTheirOwn) {
  const json schemas = v3("apis/resource.k8s.io/v1")["components"]["schemas"];
  EXPECT_TRUE(schemas.contains("io.k8s.api.resource.v1.ResourceClaim"));
}

TEST(OpenApi, NamesOperationsOnce) {
  std::set<std::string> ids;
  const json document = json::parse(v2_json("v1"));
  for (const json& path : document["paths"]) {
    for (const char* method : {"get", "put", "post", "delete", "patch"}) {
      if (!path.contains(method)) continue;
      EXPECT_TRUE(ids.insert(path[method]["operationId"]).second) << path[method]["operationId"];
    }
  }
  EXPECT_THAT(ids, Contains("listCoreV1NamespacedPod"));
  EXPECT_THAT(ids, Contains("readRbacAuthorizationV1ClusterRole"));
  EXPECT_THAT(ids, Contains("patchAppsV1NamespacedDeploymentScale"));
  EXPECT_THAT(ids, Contains("deleteCoreV1CollectionNamespacedSecret"));
}

/// One field of a protobuf message, of those that have a length.
struct WireField {
  std::uint64_t number;
  std::string_view bytes;
};

std::vector<WireField> fields_of(std::string_view bytes) {
  std::vector<WireField> fields;
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < bytes.size(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.size()) {
    const std::uint64_t tag = varint();
    const std::uint64_t size = varint();
    if ((tag & 7U) != 2) continue;  // a flag: the varint was its value
    fields.push_back({tag >> 3U, bytes.substr(at, size)});
    at += size;
  }
  return fields;
}

TEST(OpenApi, WritesTheSameDocumentAsProtobuf) {
  const std::string bytes = v2_protobuf("v1.2.3");
  const json expected = json::parse(v2_json("v1.2.3"));
  std::size_t paths = 0;
  std::size_t definitions = 0;
  for (const WireField& field : fields_of(bytes)) {
    if (field.number == 1) {
      EXPECT_EQ(field.bytes, "2.0");
    }
    if (field.number == 8) paths = fields_of(field.bytes).size();
    if (field.number != 9) continue;
    for (const WireField& entry : fields_of(field.bytes)) {
      ++definitions;
      EXPECT_TRUE(expected["definitions"].contains(fields_of(entry.bytes).at(0).bytes));
    }
  }
  EXPECT_EQ(paths, expected["paths"].size());
  EXPECT_EQ(definitions, expected["definitions"].size());
}

// Fields of the one message that is field `number` of a message.
std::vector<WireField> inside(std::string_view bytes, std::uint64_t number) {
  for (const WireField& field : fields_of(bytes)) {
    if (field.number == number) return fields_of(field.bytes);
  }
  return {};
}

TEST(OpenApi, WritesVersion3AsProtobuf) {
  const std::string text = v3_document("apis/apps/v1", "v1.2.3");
  const json expected = json::parse(text);
  const std::string bytes = v3_protobuf(text);
  EXPECT_EQ(fields_of(bytes).at(0).bytes, "3.0.0");
  EXPECT_EQ(inside(bytes, 4).size(), expected["paths"].size());
  const auto schemas = fields_of(inside(bytes, 5).at(0).bytes);
  EXPECT_EQ(schemas.size(), expected["components"]["schemas"].size());
  for (const WireField& schema : schemas) {
    EXPECT_TRUE(expected["components"]["schemas"].contains(fields_of(schema.bytes).at(0).bytes));
  }
  EXPECT_EQ(v3_protobuf(""), "");
}

class OfCustomKinds : public ::testing::Test {
 protected:
  OfCustomKinds() {
    resource_.group = "example.com";
    resource_.version = "v1";
    resource_.api_version = "example.com/v1";
    resource_.kind = "Widget";
    resource_.list_kind = "WidgetList";
    resource_.name = "widgets";
    resource_.scope = objects::Scope::Namespaced;
  }
  json described(const std::string& schema) {
    const Json props = *Json::parse(schema);
    const CustomKind kind{&resource_, &props};
    const json document = json::parse(v2_json("v1.2.3", std::span(&kind, 1)));
    EXPECT_FALSE(v2_protobuf("v1.2.3", std::span(&kind, 1)).empty());
    const std::string v3 = v3_custom_document(std::span(&kind, 1), "v1.2.3");
    EXPECT_FALSE(v3_protobuf(v3).empty());
    return document["definitions"]["com.example.v1.Widget"]["properties"]["spec"];
  }

  objects::Resource resource_{};
};

TEST_F(OfCustomKinds, SwaggerSaysTheirBounds) {
  const std::string spec =
      R"({"type":"object","maxProperties":3,"properties":{"n":{"type":"integer","minimum":1,)"
      R"("maximum":9,"default":2,"multipleOf":0.5},"s":{"type":"string","pattern":"^a","minLength":1,)"
      R"("maxLength":7,"title":"T"},"l":{"type":"array","maxItems":4,"uniqueItems":false,"items":)"
      R"({"type":"string"}}},"required":["n"]})";
  EXPECT_EQ(described(R"({"type":"object","properties":{"spec":)" + spec + "}}"),
            json::parse(spec));
}

TEST_F(OfCustomKinds, SwaggerLeavesOutWhatItHasNoWordsFor) {
  const json spec = described(
      R"({"type":"object","properties":{"spec":{"type":"object","required":["a","b"],"anyOf":)"
      R"([{"required":["a"]}],"not":{"required":["c"]},"properties":{"a":{"type":"string",)"
      R"("nullable":true},"b":{"type":"object","x-kubernetes-preserve-unknown-fields":true,)"
      R"("properties":{"c":{"type":"string"}}},"d":{"anyOf":[{"type":"integer"},{"type":)"
      R"("string"}],"x-kubernetes-int-or-string":true,"maximum":5}}}}})");
  EXPECT_EQ(spec, json::parse(R"({"type":"object","required":["b"],"properties":{"a":{},)"
                              R"("b":{"x-kubernetes-preserve-unknown-fields":true},)"
                              R"("d":{"x-kubernetes-int-or-string":true,"maximum":5}}})"));
}

}  // namespace
}  // namespace kaudit::apiserver::objects::openapi
