// Every case of testdata/documents.jsonl: what sigs.k8s.io/yaml makes of a document.
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text/base64.hpp"
#include "base/yaml/to_json.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::yaml {
namespace {

std::string input_of(const nlohmann::json& test_case) {
  if (test_case.contains("input")) return test_case["input"];
  return base64_decode(test_case["inputBase64"].get<std::string>()).value();
}

/// As Kubernetes' strict reading reports repeated keys.
std::string strict_error(const Document& document) {
  std::string text;
  for (const auto& [key, position] : document.duplicates) {
    text += "\n  line " + std::to_string(position.line) + ": key " + key + " already set in map";
  }
  return text.empty() ? "" : "yaml: unmarshal errors:" + text;
}

TEST(YamlDocuments, ReadAsKubernetesReadsThem) {
  std::ifstream in(KAUDIT_TESTDATA "/documents.jsonl");
  ASSERT_TRUE(in);
  std::size_t cases = 0;
  for (std::string line; std::getline(in, line); ++cases) {
    const auto test_case = nlohmann::json::parse(line);
    SCOPED_TRACE(line);
    const auto document = read_yaml(input_of(test_case));
    if (test_case.contains("error")) {
      EXPECT_FALSE(document.has_value());
      continue;
    }
    ASSERT_TRUE(document.has_value()) << document.error().message;
    EXPECT_EQ(yaml_to_json(input_of(test_case)).value(), test_case["json"].get<std::string>());
    EXPECT_EQ(strict_error(*document), test_case.value("strict", ""));
  }
  EXPECT_GT(cases, 200U);
}

TEST(YamlErrors, AreWordedAsKubernetesWordsThemWhereTheReasonIsNotTheParsers) {
  const auto message_of = [](std::string_view text) { return read_yaml(text).error().message; };
  EXPECT_EQ(message_of("a: j\xFCrgen"), "yaml: invalid leading UTF-8 octet");
  EXPECT_EQ(message_of("a: \x01"), "yaml: control characters are not allowed");
  EXPECT_EQ(message_of("a: &r [*r]"), "yaml: anchor 'r' value contains itself");
  EXPECT_EQ(message_of("a: {<<: 5}"),
            "yaml: map merge requires map or sequence of maps as the value");
  EXPECT_EQ(message_of("a: .inf"), "json: unsupported value: +Inf");
  EXPECT_EQ(message_of("a: !!int x"), "yaml: cannot decode !!str `x` as a !!int");
  EXPECT_EQ(message_of("%YAML 2.0\n---\na"), "yaml: found incompatible YAML document");
  EXPECT_EQ(message_of("a: 1\nb: \"c"), "yaml: line 2: found unexpected end of stream");
  EXPECT_EQ(message_of("a: 'b"), "yaml: found unexpected end of stream");
  EXPECT_EQ(message_of("a: [b\n"), "yaml: line 1: did not find expected ',' or ']'");
  EXPECT_EQ(message_of("a: {b: c\n"), "yaml: line 1: did not find expected ',' or '}'");
  EXPECT_EQ(message_of("a: b: c\n"), "yaml: mapping values are not allowed in this context");
  EXPECT_EQ(message_of("v: @x\n"), "yaml: found character that cannot start any token");
}

TEST(YamlScalars, HoldTextEvenWhenTheyAreTaggedBinary) {
  const auto document = read_yaml("!!binary /2H/");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(*document->root->string(), "\uFFFDa\uFFFD");
}

TEST(YamlErrors, NameThePlace) {
  EXPECT_EQ(read_yaml("a: 1\nb: j\xFCrgen").error().position, (Position{2, 5}));
  EXPECT_EQ(read_yaml("a: 1\nb:\n  - .nan").error().position, (Position{3, 5}));
  EXPECT_EQ(read_yaml("a: 1\n~: 2").error().position, (Position{2, 1}));
}

TEST(YamlLimits, RefuseNestingThatWouldExhaustTheStack) {
  EXPECT_EQ(read_yaml(std::string(100'000, '[')).error().message,
            "yaml: line 1: exceeded max depth");
  std::string deep_by_aliases = "- &a0 []\n";
  for (int i = 1; i < 2'000; ++i) {
    deep_by_aliases += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_FALSE(read_yaml(deep_by_aliases).has_value());
}

TEST(YamlLimits, RefuseARunOfOpenBracketsBeforeItIsRead) {
  const auto error = read_yaml("a:\n  " + std::string(1'000'000, '[')).error();
  EXPECT_EQ(error.message, "yaml: line 2: exceeded max depth");
  EXPECT_EQ(error.position, (Position{2, 1'003}));
  EXPECT_EQ(read_yaml(std::string(3'000, '{')).error().message, "yaml: line 1: exceeded max depth");
  EXPECT_EQ(read_yaml("[ {\n a:" + std::string(3'000, '[')).error().message,
            "yaml: line 2: exceeded max depth");
  // Text may hold as many as it likes.
  EXPECT_TRUE(read_yaml("a: x" + std::string(5'000, '[')).has_value());
  EXPECT_TRUE(read_yaml("a: |\n  x" + std::string(5'000, '[')).has_value());
  EXPECT_TRUE(read_yaml("a: '" + std::string(5'000, '[') + "'").has_value());
}

TEST(YamlLimits, RefuseAFewLongTextsAliasedManyTimes) {
  std::string text = "- &a " + std::string(1U << 20U, 'x') + "\n";
  for (int i = 0; i < 5'000; ++i) text += "- *a\n- y\n";
  EXPECT_EQ(read_yaml(text).error().message, "yaml: document contains excessive aliasing");
}

TEST(YamlPositions, AreThoseOfKeysAndValues) {
  const auto document = read_yaml("# first\na:\n  - b: c\n    d:\n- e\n");
  ASSERT_FALSE(document.has_value());  // "- e" stands where a key should

  const auto good =
      read_yaml("\xEF\xBB\xBF# first\r\na:\r\n  - b: \"c\"\r\n    d:\r\n\r\ne: f\r\n");
  ASSERT_TRUE(good.has_value()) << good.error().message;
  const Node* a = find(*good->root, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(good->root->mapping()->front().key_position, (Position{2, 1}));
  EXPECT_EQ(a->position, (Position{3, 3}));
  const Node& item = *a->sequence()->front();
  EXPECT_EQ(item.position, (Position{3, 5}));
  EXPECT_EQ(find(item, "b")->position, (Position{3, 8}));
  EXPECT_EQ(find(item, "d")->position, (Position{4, 5})) << "a value left out stands at its key";
  EXPECT_EQ(find(*good->root, "e")->position, (Position{6, 4}));
}

}  // namespace
}  // namespace kaudit::yaml
