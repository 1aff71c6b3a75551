#include "apiserver/objects/tree/json.hpp"

#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "apiserver/objects/tree/written_tree.hpp"
#include "base/json/bracket_stack.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::objects {
namespace {

std::string reread(std::string_view text) {
  const auto value = Json::parse(text);
  return value ? value->dump() : "error: " + value.error().message;
}

TEST(Json, KeepsTheOrderOfMembersAndTheTextOfNumbers) {
  EXPECT_EQ(reread(R"({ "z" : 12345678901234567890.50, "a" : [1E5, -0, 0.10] })"),
            R"({"z":12345678901234567890.50,"a":[1E5,-0,0.10]})");
}

TEST(Json, WritesStringsAsGoDoes) {
  EXPECT_EQ(reread(R"("<\/\u00e9\ud83d\ude00\u2028\u0001")"), "\"\\u003c/é😀\\u2028\\u0001\"");
}

TEST(Json, ReadsBadUtf8AndLoneSurrogatesAsTheReplacementCharacter) {
  EXPECT_EQ(reread("\"\xff\xc3(\""), "\"\uFFFD\uFFFD(\"");
  EXPECT_EQ(reread(R"("\ud800x\udc00\ud83d\ud83d\ude00")"), "\"\uFFFDx\uFFFD\uFFFD😀\"");
}

TEST(Json, LooksForNoNameThatItIsKnownNotToHave) {
  constexpr std::string_view kLong = "terminationGracePeriodSeconds";
  Json object = *Json::parse(R"({"a":"1"})");
  object.note_names(name_bit("a"));
  EXPECT_FALSE(object.may_have(name_bit(kLong)));
  EXPECT_EQ(object.find(kLong), nullptr);
  EXPECT_EQ(object.text("a"), "1");
  // What it is given it is known to have, and so is a copy.
  object.set(kLong, Json("2"));
  object.insert(0, "first", Json("3"));
  EXPECT_EQ(object.dump(), R"({"first":"3","a":"1","terminationGracePeriodSeconds":"2"})");
  const Json copy = object;
  for (const Json* each : {&std::as_const(object), &copy}) {
    EXPECT_EQ(each->text(kLong), "2");
    EXPECT_EQ(each->text("first"), "3");
    EXPECT_EQ(each->text("terminationMessagePath"), "");
  }
  // What is done behind its back makes everything possible.
  object.object()->push_back({"unforeseen", Json("4")});
  EXPECT_EQ(object.text("unforeseen"), "4");
  object.erase("a");
  EXPECT_EQ(object.find("a"), nullptr);
}

TEST(Json, HasOneBitForANameHoweverItIsGiven) {
  for (const std::string_view name :
       {"", "a", "name", "metadata", "containerPort", "hostNetworking", "imagePullPolicy",
        "terminationGracePeriodSeconds"}) {
    EXPECT_EQ(MemberName(name).bit(), name_bit(name)) << name;
    EXPECT_EQ(MemberName(TreeText(name)).bit(), name_bit(name)) << name;
  }
  constexpr NameBits kConstant = name_bit("imagePullPolicy");
  EXPECT_EQ(MemberName("imagePullPolicy").bit(), kConstant);
  constexpr NameBits kShort = name_bit("name");
  EXPECT_EQ(MemberName("name").bit(), kShort);
}

TEST(Json, TakesTheLastOfRepeatedMembersAtTheFirstOnesPlace) {
  EXPECT_EQ(reread(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
  std::string text = "{";
  for (int i = 0; i < 40; ++i) {
    text += "\"m" + std::to_string(i % 20) + "\":" + std::to_string(i) + ",";
  }
  text.back() = '}';
  const auto value = Json::parse(text);
  ASSERT_TRUE(value);
  ASSERT_EQ(value->object()->size(), 20U);
  EXPECT_EQ(value->object()->front().name, "m0");
  EXPECT_EQ(value->object()->front().value.number()->text, "20");
}

TEST(Json, RefusesInGosWords) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "unexpected end of JSON input"},
      {R"({"a":)", "unexpected end of JSON input"},
      {"\x1f\x8b", R"(invalid character '\x1f' looking for beginning of value)"},
      {"{,}", "invalid character ',' looking for beginning of object key string"},
      {R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
      {R"({"a" 1})", "invalid character '1' after object key"},
      {R"({"a":1 "b"})", R"(invalid character '"' after object key:value pair)"},
      {"[1 2]", "invalid character '2' after array element"},
      {"[1,]", "invalid character ']' looking for beginning of value"},
      {"{} x", "invalid character 'x' after top-level value"},
      {"01", "invalid character '1' after top-level value"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.x", "invalid character 'x' after decimal point in numeric literal"},
      {"1ex", "invalid character 'x' in exponent of numeric literal"},
      {"tru3", "invalid character '3' in literal true (expecting 'e')"},
      {"\"\n\"", R"(invalid character '\n' in string literal)"},
      {R"("\q")", "invalid character 'q' in string escape code"},
      {R"("\u12g4")", R"(invalid character 'g' in \u hexadecimal character escape)"},
      {"'", R"(invalid character '\'' looking for beginning of value)"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(reread(text), "error: " + std::string(message)) << text;
  }
}

TEST(Json, BoundsNestingAndNeedsNoStackForIt) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const auto deepest = Json::parse(nested(kMaxJsonDepth));
  ASSERT_TRUE(deepest);
  EXPECT_EQ(deepest->dump(), nested(kMaxJsonDepth));
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the copy is what is tried
  const Json copy = *deepest;
  EXPECT_TRUE(copy == *Json::parse(nested(kMaxJsonDepth)));
  EXPECT_EQ(reread(nested(kMaxJsonDepth + 1)), "error: exceeded max depth");
}

TEST(Json, IsCopiedMovedAndDroppedHoweverItNests) {
  std::string text = "1";
  for (int i = 0; i < 1'000; ++i) {
    text = i % 2 == 0 ? "[2," + text + ",\"" + std::string(20, 's') + "\"]"
                      : R"({"a":)" + text + R"(,"b":{"c":[]}})";
  }
  const Json value = *Json::parse(text);
  EXPECT_EQ(value.dump(), text);
  Json copy = value;
  EXPECT_EQ(copy.dump(), text);
  EXPECT_TRUE(copy == value);
  const Json moved = std::move(copy);
  EXPECT_TRUE(copy.is_null());  // NOLINT(bugprone-use-after-move): what is left is said to be null
  EXPECT_EQ(moved.dump(), text);
  std::thread other([](Json&& /*dropped there*/) {}, Json(moved));
  other.join();
}

TEST(Json, ReplacesMembersInTheirPlace) {
  Json value = *Json::parse(R"({"a":1,"b":2})");
  value.set("a", Json("x"));
  value.set("c", Json(true));
  value.erase("b");
  EXPECT_EQ(value.dump(), R"({"a":"x","c":true})");
  EXPECT_EQ(value.text("a"), "x");
  EXPECT_EQ(value.text("c"), "");
}

TEST(Json, CanBeReplacedByItsOwnChild) {
  Json value = *Json::parse(R"({"a":{"b":[1,{"c":2}]}})");
  value = std::move(*value.find("a"));
  EXPECT_EQ(value.dump(), R"({"b":[1,{"c":2}]})");
}

TEST(Json, APackedObjectIsItsTextUntilSomebodyLooksInto) {
  constexpr std::string_view kText = R"({"f:a":{},"k:{\"name\":\"x\"}":{".":{}}})";
  Json packed = Json::packed(kText);
  const Json copy = packed;
  EXPECT_EQ(packed.dump(), kText);
  EXPECT_EQ(packed.type_name(), "object");
  EXPECT_EQ(packed, copy);
  EXPECT_NE(packed, Json::packed("{}"));
  EXPECT_EQ(packed, *Json::parse(kText));
  ASSERT_NE(packed.find("f:a"), nullptr);
  EXPECT_EQ(packed.packed(), nullptr);
  EXPECT_EQ(packed.dump(), kText);
  Json other = Json::packed("{}");
  other.set("b", Json(true));
  EXPECT_EQ(other.dump(), R"({"b":true})");
}

TEST(Json, WritesTextsOfAnyLengthWithAnythingAnywhere) {
  for (const std::string_view special : {"\"", "\\", "<", "&", "\n", "\x7f", "é", "\u2028", ""}) {
    for (std::size_t size = 0; size < 70; ++size) {
      for (std::size_t at = 0; at <= size; ++at) {
        const std::string text =
            std::string(at, 'a') + std::string(special) + std::string(size - at, 'b');
        std::string expected;
        append_json_string(expected, text);
        const Json tree(Json::Object{{text, Json(Json::Array{Json(text), Json(text)})}});
        ASSERT_EQ(tree.dump(), "{" + expected + ":[" + expected + "," + expected + "]}");
      }
    }
  }
}

TEST(Json, WritesWhatIsLongerThanItsRoom) {
  Json::Array list;
  std::string expected = "[";
  for (int i = 0; i < 1000; ++i) {
    list.emplace_back(std::string(static_cast<std::size_t>(i), 'x'));
    list.emplace_back(std::int64_t{i});
    expected +=
        '"' + std::string(static_cast<std::size_t>(i), 'x') + "\"," + std::to_string(i) + ",";
  }
  expected.back() = ']';
  std::string out = "before ";
  Json(std::move(list)).append_to(out);
  EXPECT_EQ(out, "before " + expected);
}

TEST(Json, ReadsAgainWhatItWrote) {
  for (
      const std::string_view text :
      {R"({})", R"([])", R"("a\"b")", R"(-1.5e3)", R"(null)",
       R"([[],{},[{}],"",true,false,null,0])",
       R"({"a":{"fieldsV1":{"f:a":{"x":[1,"}"]}},"b":[{"fieldsV1":null},{"fieldsV1":{}}]},"\n":"é"})"}) {
    EXPECT_EQ(read_written(text), *Json::parse(text)) << text;
    EXPECT_EQ(read_written(text).dump(), Json::parse(text)->dump()) << text;
  }
  EXPECT_NE(read_written(R"({"fieldsV1":{"f:a":{}}})").find("fieldsV1")->packed(), nullptr);
}

TEST(Json, FindsMembersByNamesOfAllLengths) {
  Json object{Json::Object()};
  const std::string letters = "abcdefghijklmnopqrstuvwxyz";
  for (std::size_t size = 0; size <= letters.size(); ++size) {
    object.set(letters.substr(0, size), Json(static_cast<std::int64_t>(size)));
  }
  for (std::size_t size = 0; size <= letters.size(); ++size) {
    const std::string name = letters.substr(0, size);
    const Json expected(static_cast<std::int64_t>(size));
    EXPECT_EQ(*object.find(name), expected);
    EXPECT_EQ(*object.find(std::string_view(name)), expected);
    EXPECT_EQ(*object.find(TreeText(name)), expected);
    EXPECT_EQ(*object.find(name.c_str()), expected);
    EXPECT_EQ(object.find(name + "!"), nullptr);
  }
  EXPECT_EQ(object.find("")->number()->text, "0");
  EXPECT_EQ(object.find("a")->number()->text, "1");
  EXPECT_EQ(object.find("abcd")->number()->text, "4");
  EXPECT_EQ(object.find("abcdefgh")->number()->text, "8");
  EXPECT_EQ(object.find("abcdefghijklmn")->number()->text, "14");
  EXPECT_EQ(object.find("abcdefghijklmno")->number()->text, "15");
  EXPECT_EQ(object.find("abcdefghijklmnO"), nullptr);
}

}  // namespace
}  // namespace kaudit::apiserver::objects
