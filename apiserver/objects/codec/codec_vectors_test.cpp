// What the real libraries make of bodies: testdata/vectors has a sample of the vectors, all of them
// are read where KAUDIT_VECTORS names their folder.
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/typed_order.hpp"
#include "apiserver/objects/tree/written_tree.hpp"
#include "base/json/json_text.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

using Vector = nlohmann::json;

constexpr DecodeOptions kAsTheLibrary{FieldValidation::Warn, Defaulting::None};

template <typename Check>
void for_each_vector(const std::string& name, Check check) {
  std::vector<std::string> files{std::string(KAUDIT_TESTDATA "/vectors/") + name};
  if (const char* folder = std::getenv("KAUDIT_VECTORS")) {
    files.push_back(std::string(folder) + "/objects/" + name);
  }
  for (const std::string& file : files) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    int count = 0;
    for (std::string line; std::getline(in, line); ++count) check(Vector::parse(line));
    EXPECT_GT(count, 0) << file;
  }
}

std::optional<TypeMeta> fallback_of(const Vector& vector, std::string& storage) {
  if (!vector.contains("default")) return std::nullopt;
  storage = vector["default"].get<std::string>();
  const std::size_t slash = storage.rfind('/');
  return TypeMeta{std::string_view(storage).substr(0, slash),
                  std::string_view(storage).substr(slash + 1)};
}

// The tree of a body is the tree of its text.
void expect_same_tree(const Vector& vector, const std::string& json, std::string_view body,
                      BodyFormat format) {
  const Json tree = Json::parse(json).value();
  const std::string api_version(tree.text("apiVersion"));
  const std::string kind(tree.text("kind"));
  const auto decoded = decode_object({api_version, kind}, body, format, kAsTheLibrary);
  ASSERT_TRUE(decoded) << vector["id"];
  EXPECT_TRUE(decoded->object == tree) << vector["id"] << ' ' << decoded->object.dump();
}

std::string body_of(const Vector& vector) {
  return vector.contains("in64") ? *base64_decode(vector["in64"].get<std::string>())
                                 : vector.value("in", "");
}

// A refusal that quotes bytes which are not UTF-8, as an answer shows it.
std::string shown(const std::string& message) {
  std::string json;
  append_json_string(json, message);
  return Vector::parse(json).get<std::string>();
}

TEST(Vectors, OfJsonAndYamlAgree) {
  for_each_vector("json.jsonl", [](const Vector& vector) {
    std::string storage;
    const std::string body = body_of(vector);
    const auto decoded =
        decode_any(fallback_of(vector, storage), body,
                   vector.contains("format") ? BodyFormat::Yaml : BodyFormat::Json, kAsTheLibrary);
    if (!decoded) {
      ASSERT_TRUE(vector.contains("error")) << vector["id"] << ' ' << decoded.error().message;
      EXPECT_EQ(shown(decoded.error().message), vector["error"].get<std::string>()) << vector["id"];
      return;
    }
    EXPECT_EQ(decoded->json, vector.value("out", "")) << vector["id"];
    expect_same_tree(vector, decoded->json, body,
                     vector.contains("format") ? BodyFormat::Yaml : BodyFormat::Json);
    EXPECT_EQ(decoded->complaints, vector.value("strict", std::vector<std::string>()))
        << vector["id"];
  });
}

TEST(Vectors, StayAsTheyAreWhenTheirMembersArePutInOrder) {
  int ordered = 0;
  for_each_vector("json.jsonl", [&](const Vector& vector) {
    if (!vector.contains("out")) return;
    Json tree = Json::parse(vector["out"].get<std::string>()).value();
    const std::string before = tree.dump();
    EXPECT_EQ(read_written(before), tree) << vector["id"];
    EXPECT_EQ(read_written(before).dump(), before) << vector["id"];
    const Type* const type = find_type(tree.text("apiVersion"), tree.text("kind"));
    if (type == nullptr || !order_members(*type, tree)) return;
    EXPECT_EQ(tree.dump(), before) << vector["id"];
    ++ordered;
  });
  EXPECT_GT(ordered, 0);
}

TEST(Vectors, AreReadTheSameAsTreesAndAsTexts) {
  for_each_vector("json.jsonl", [&](const Vector& vector) {
    if (!vector.contains("out")) return;
    Json tree = Json::parse(vector["out"].get<std::string>()).value();
    const std::string api_version(tree.text("apiVersion"));
    const std::string kind(tree.text("kind"));
    if (find_type(api_version, kind) == nullptr) return;
    tree.sort_members();
    for (Json::Member& member : *tree.object()) member.value.sort_members();
    const auto expected =
        decode_any(TypeMeta{api_version, kind}, tree.dump(), BodyFormat::Json, {});
    const auto ordered = canonical_object({api_version, kind}, tree);
    const auto decoded = decode_tree({api_version, kind}, Json(tree), FieldValidation::Warn);
    ASSERT_TRUE(expected && ordered && decoded) << vector["id"];
    EXPECT_EQ(ordered->dump(), expected->json) << vector["id"];
    EXPECT_EQ(decoded->object.dump(), expected->json) << vector["id"];
  });
}

TEST(Vectors, OfProtobufAgree) {
  for_each_vector("protobuf.jsonl", [](const Vector& vector) {
    std::string storage;
    const std::string body = *base64_decode(vector["pb"].get<std::string>());
    const auto decoded =
        decode_any(fallback_of(vector, storage), body, BodyFormat::Protobuf, kAsTheLibrary);
    if (decoded) {
      EXPECT_EQ(decoded->json, vector.value("json", "")) << vector["id"];
      expect_same_tree(vector, decoded->json, body, BodyFormat::Protobuf);
    } else {
      EXPECT_FALSE(vector.contains("json")) << vector["id"] << ' ' << decoded.error().message;
    }
  });
}

TEST(Vectors, OfScalarsAgree) {
  for_each_vector("scalar.jsonl", [](const Vector& vector) {
    const auto type = vector["type"].get<std::string>();
    const auto in = vector["in"].get<std::string>();
    const auto out = convert_scalar(type, in);
    if (out) {
      EXPECT_EQ(*out, vector.value("out", "")) << type << ' ' << in;
    } else {
      EXPECT_EQ(out.error().message, vector.value("error", "")) << type << ' ' << in;
    }
  });
}

}  // namespace
}  // namespace kaudit::apiserver::objects
