#include "apiserver/objects/apply/path_set.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apiserver/objects/apply/fields_v1.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

PathSet read(std::string_view fields) { return *read_fields_v1(*Json::parse(fields)); }

std::string written(const PathSet& set) { return fields_v1_of(set).dump(); }

TEST(FieldsV1, ComesOutAsItWentIn) {
  for (const std::string fields :
       {R"({})", R"({"f:a":{}})", R"({"f:a":{".":{},"f:b":{}},"f:c":{"v:2":{},"v:\"x\"":{}}})",
        R"({"f:l":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}},"i:3":{}}})",
        R"({"f:\u003cb\u003e":{}})"}) {
    EXPECT_EQ(written(read(fields)), fields);
  }
}

TEST(FieldsV1, SortsNumbersBySizeAndBeforeTexts) {
  EXPECT_EQ(written(read(R"({"f:l":{"v:\"x\"":{},"v:10":{},"v:9":{}},"f:a":{}})")),
            R"({"f:a":{},"f:l":{"v:9":{},"v:10":{},"v:\"x\"":{}}})");
  EXPECT_EQ(written(read(R"({"k:{\"port\":443}":{},"k:{\"port\":80}":{}})")),
            R"({"k:{\"port\":80}":{},"k:{\"port\":443}":{}})");
}

TEST(FieldsV1, SkipsWhatALaterVersionWrites) {
  EXPECT_EQ(written(read(R"({"x:new":{"f:a":{}},"f:b":{}})")), R"({"f:b":{}})");
}

TEST(FieldsV1, RefusesWhatIsNoPath) {
  for (const std::string_view fields : {R"({"a":{}})", R"({"ab":{}})", R"({"f:a":5})",
                                        R"({"k:5":{}})", R"({"v:":{}})", R"({"i:x":{}})", "5"}) {
    EXPECT_FALSE(read_fields_v1(*Json::parse(fields))) << fields;
  }
}

TEST(FieldsV1, RefusesWhatNestsTooDeep) {
  std::string fields;
  for (std::size_t i = 0; i <= kMaxPathDepth; ++i) fields += R"({"f:a":)";
  fields += "{}" + std::string(kMaxPathDepth + 1, '}');
  EXPECT_FALSE(read_fields_v1(*Json::parse(fields)));
}

TEST(PathSet, UnitesIntersectsAndSubtracts) {
  const PathSet a = read(R"({"f:a":{".":{},"f:x":{},"f:y":{}},"f:b":{}})");
  const PathSet b = read(R"({"f:a":{"f:y":{},"f:z":{}},"f:c":{}})");
  EXPECT_EQ(written(united(a, b)),
            R"({"f:a":{".":{},"f:x":{},"f:y":{},"f:z":{}},"f:b":{},"f:c":{}})");
  EXPECT_EQ(written(intersection(a, b)), R"({"f:a":{"f:y":{}}})");
  EXPECT_EQ(written(difference(a, b)), R"({"f:a":{".":{},"f:x":{}},"f:b":{}})");
  EXPECT_EQ(written(difference(b, a)), R"({"f:a":{"f:z":{}},"f:c":{}})");
}

TEST(PathSet, SubtractsOnlyTheVeryPathsUnlessRecursive) {
  const PathSet a = read(R"({"f:a":{".":{},"f:x":{}}})");
  const PathSet b = read(R"({"f:a":{}})");
  EXPECT_EQ(written(difference(a, b)), R"({"f:a":{"f:x":{}}})");
  EXPECT_EQ(written(recursive_difference(a, b)), "{}");
}

TEST(PathSet, ShowsMembersBeforeWhatLiesDeeper) {
  const PathSet set =
      read(R"({"f:a":{"f:x":{}},"f:b":{},"f:l":{"k:{\"name\":\"w\"}":{"f:i":{}},"v:1":{}}})");
  EXPECT_EQ(shown_paths(set),
            (std::vector<std::string>{".b", ".a.x", ".l[=1]", ".l[name=\"w\"].i"}));
}

}  // namespace
}  // namespace kaudit::apiserver::objects::apply
