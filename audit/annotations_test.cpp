#include "audit/annotations.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace kaudit::audit {
namespace {

std::string listed(const Annotations& annotations) {
  std::string text;
  for (const auto [key, value] : annotations) text.append(key).append("=").append(value) += ' ';
  return text;
}

TEST(Annotations, StandInTheOrderOfTheirKeys) {
  Annotations annotations{{"b", "2"}, {"a", "1"}};
  annotations.set("c", "3");
  annotations.set("B", "4");
  EXPECT_EQ(listed(annotations), "B=4 a=1 b=2 c=3 ");
  annotations.set("a", "");
  EXPECT_EQ(listed(annotations), "B=4 a= b=2 c=3 ");
  EXPECT_EQ(annotations.at("b"), "2");
  EXPECT_EQ(annotations.find("a"), "");
  EXPECT_EQ(annotations.find("d"), std::nullopt);
  EXPECT_THROW(annotations.at("d"), std::out_of_range);
  annotations.clear();
  EXPECT_TRUE(annotations.empty());
}

TEST(Annotations, AddingKeepsWhatIsThere) {
  Annotations annotations;
  EXPECT_TRUE(annotations.add("a", "1"));
  EXPECT_TRUE(annotations.add("a", "1"));
  EXPECT_FALSE(annotations.add("a", "2"));
  EXPECT_EQ(listed(annotations), "a=1 ");
}

}  // namespace
}  // namespace kaudit::audit
