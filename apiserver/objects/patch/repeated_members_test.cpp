#include "apiserver/objects/patch/repeated_members.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::objects::patch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RepeatedMembers, AreNamedByTheirPathOnce) {
  EXPECT_THAT(repeated_members(R"({"a":{"b":1,"b":2,"b":3},"l":[{},{"x":[],"x":{}}],"a":null})"),
              ElementsAre(R"(duplicate field "a.b")", R"(duplicate field "l[1].x")",
                          R"(duplicate field "a")"));
}

TEST(RepeatedMembers, AreNotThereInMostTexts) {
  EXPECT_THAT(repeated_members(R"({"a":[1,"a",{"a":{}}],"b":{}})"), IsEmpty());
  EXPECT_THAT(repeated_members("5"), IsEmpty());
  EXPECT_THAT(repeated_members("[]"), IsEmpty());
}

TEST(RepeatedMembers, AreNoMoreThanAHundred) {
  std::string text = "{";
  for (int i = 0; i < 400; ++i) text += "\"k" + std::to_string(i / 2) + "\":1,";
  text.back() = '}';
  EXPECT_EQ(repeated_members(text).size(), kMaxComplaints);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::patch
