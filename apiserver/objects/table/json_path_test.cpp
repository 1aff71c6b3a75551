#include "apiserver/objects/table/json_path.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::objects::table {
namespace {

// The values there, as JSON, with a comma between them; or why the path is none.
std::string at(std::string_view path, std::string_view object) {
  const auto parsed = JsonPath::parse(path);
  if (!parsed) return "error: " + parsed.error().message;
  const Json tree = *Json::parse(object);
  std::string text;
  for (const Json* found : parsed->find(tree)) text += (text.empty() ? "" : ",") + found->dump();
  return text;
}

TEST(JsonPath, GoesDownMembers) {
  constexpr std::string_view kObject = R"({"spec":{"a":1,"b.c":2,"d e":3},"metadata":{}})";
  EXPECT_EQ(at(".spec.a", kObject), "1");
  EXPECT_EQ(at("$.spec.a", kObject), "1");
  EXPECT_EQ(at("spec.a", kObject), "1");
  EXPECT_EQ(at(R"(.spec.b\.c)", kObject), "2");
  EXPECT_EQ(at(".spec['b.c']", kObject), "2");
  EXPECT_EQ(at(R"(.spec["d e"])", kObject), "3");
  EXPECT_EQ(at(".spec.*", kObject), "1,2,3");
  EXPECT_EQ(at(".spec.nope", kObject), "");
  EXPECT_EQ(at(".spec.a.deeper", kObject), "");
  EXPECT_EQ(at(".metadata.nope.deeper", kObject), "");
}

TEST(JsonPath, TakesElements) {
  constexpr std::string_view kObject = R"({"l":[1,2,3,4]})";
  EXPECT_EQ(at(".l[0]", kObject), "1");
  EXPECT_EQ(at(".l[-1]", kObject), "4");
  EXPECT_EQ(at(".l[-1:]", kObject), "4");
  EXPECT_EQ(at(".l[1:3]", kObject), "2,3");
  EXPECT_EQ(at(".l[:2]", kObject), "1,2");
  EXPECT_EQ(at(".l[*]", kObject), "1,2,3,4");
  EXPECT_EQ(at(".l[9]", kObject), "");
  EXPECT_EQ(at(".l[2:9]", kObject), "3,4");
  EXPECT_EQ(at(".l[3:1]", kObject), "");
  EXPECT_EQ(at(".l[0][0]", R"({"l":[[5]]})"), "5");
}

TEST(JsonPath, Filters) {
  constexpr std::string_view kObject =
      R"({"c":[{"type":"Ready","status":"True"},{"type":"Other","status":"False","n":{"m":1}}]})";
  EXPECT_EQ(at(R"(.c[?(@.type=="Ready")].status)", kObject), "\"True\"");
  EXPECT_EQ(at(R"(.c[?(@.type=='Ready')].status)", kObject), "\"True\"");
  EXPECT_EQ(at(R"(.c[?(@.type != "Ready")].status)", kObject), "\"False\"");
  EXPECT_EQ(at(R"(.c[?(@.n)].type)", kObject), "\"Other\"");
  EXPECT_EQ(at(R"(.c[?(@.n.m==1)].type)", kObject), "\"Other\"");
  EXPECT_EQ(at(R"(.c[?(@.type=="No")].status)", kObject), "");
  EXPECT_EQ(at(R"(.c[?(@.x=="]")])", kObject), "") << "a bracket in quotes is not one";
}

TEST(JsonPath, OfAnotherKindIsRefused) {
  EXPECT_EQ(at("..a", "{}"), "error: recursive descent is not supported");
  EXPECT_EQ(at(".a[", "{}"), "error: unterminated array");
  EXPECT_EQ(at(".a[x]", "{}"), "error: invalid array index x");
  EXPECT_EQ(at(".a[]", "{}"), "error: invalid array index ");
  EXPECT_EQ(at(".a[?(@.b > 1)]", "{}"), "error: unrecognized filter operator");
  EXPECT_EQ(at(".a[?(b==1)]", "{}"), "error: a filter must begin with @");
  EXPECT_EQ(at("{.a}", "{}"), "error: unrecognized character in {");
}

TEST(JsonPath, FindsNoMoreThanItsBound) {
  std::string list = R"({"l":[0)";
  for (std::size_t i = 0; i < 2 * JsonPath::kMaxResults; ++i) list += ",0";
  const Json tree = *Json::parse(list + "]}");
  EXPECT_EQ(JsonPath::parse(".l[*]")->find(tree).size(), JsonPath::kMaxResults);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::table
