// What the real libraries make of patches (testdata/README.md).
#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/patch/json_patch.hpp"
#include "apiserver/objects/patch/merge_patch.hpp"
#include "apiserver/objects/patch/strategic_patch.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using nlohmann::json;

PatchResult<Json> patched(const std::string& type, Json original, const std::string& patch) {
  if (type == "strategic") {
    const auto parsed = StrategicPatch::parse(patch);
    if (!parsed) return tl::unexpected(parsed.error());
    const std::string api_version(original.text("apiVersion"));
    const std::string kind(original.text("kind"));
    return parsed->apply(*find_type(api_version, kind), std::move(original));
  }
  if (type == "json") {
    const auto parsed = JsonPatch::parse(patch);
    if (!parsed) return tl::unexpected(parsed.error());
    return parsed->apply(std::move(original));
  }
  const auto parsed = MergePatch::parse(patch);
  if (!parsed) return tl::unexpected(parsed.error());
  return parsed->apply(std::move(original));
}

// The vectors' program was not an API server; its type had another name.
std::string in_our_names(std::string text) {
  for (const auto& [theirs, ours] :
       {std::pair{"main.jsonOp", "handlers.jsonPatchOp"},
        std::pair{"struct field jsonOp", "struct field jsonPatchOp"}}) {
    const std::size_t found = text.find(theirs);
    if (found != std::string::npos) text.replace(found, std::string(theirs).size(), ours);
  }
  return text;
}

void expect_case(const json& vector) {
  const std::string type = vector["type"];
  const std::string patch = vector["patch"];
  SCOPED_TRACE(type + " " + patch);
  const auto result = patched(type, *Json::parse(vector["original"].dump()), patch);
  if (vector.contains("expected")) {
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(json::parse(result->dump()), vector["expected"]);
    return;
  }
  ASSERT_FALSE(result) << result->dump();
  if (vector.contains("code")) {
    EXPECT_EQ(result.error().code(), vector["code"]);
  }
  EXPECT_EQ(result.error().message, in_our_names(vector["error"]));
}

int expect_cases_of(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  int compared = 0;
  for (std::string line; std::getline(in, line);) {
    const json vector = json::parse(line);
    expect_case(vector);
    ++compared;
  }
  return compared;
}

TEST(Patch, AgreesWithTheRealLibraries) {
  EXPECT_GT(expect_cases_of(KAUDIT_TESTDATA "/cases.jsonl"), 50);
  if (const char* vectors = std::getenv("KAUDIT_VECTORS")) {
    EXPECT_GT(expect_cases_of(std::string(vectors) + "/patch/cases.jsonl"), 100);
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects::patch
