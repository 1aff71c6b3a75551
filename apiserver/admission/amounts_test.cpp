#include "apiserver/admission/amounts.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::admission {
namespace {

std::string read_and_written(std::string_view text) { return Quantity::parse(text).text(); }

TEST(Quantity, IsWrittenInItsCanonicalForm) {
  EXPECT_EQ(read_and_written("0"), "0");
  EXPECT_EQ(read_and_written("1"), "1");
  EXPECT_EQ(read_and_written("1000m"), "1");
  EXPECT_EQ(read_and_written("0.5"), "500m");
  EXPECT_EQ(read_and_written("1500"), "1500");
  EXPECT_EQ(read_and_written("2000"), "2k");
  EXPECT_EQ(read_and_written("1Gi"), "1Gi");
  EXPECT_EQ(read_and_written("1024Mi"), "1Gi");
  EXPECT_EQ(read_and_written("1536Mi"), "1536Mi");
  EXPECT_EQ(read_and_written("1e3"), "1k");
  EXPECT_EQ(read_and_written("-3"), "-3");
  EXPECT_EQ(read_and_written("1n"), "1n");
  EXPECT_EQ(read_and_written("0.1n"), "1n") << "a part counts as a whole";
}

TEST(Quantity, AddsUpExactlyAndKeepsItsForm) {
  Quantity sum;
  for (int i = 0; i < 10; ++i) sum += Quantity::parse("100m");
  EXPECT_EQ(sum.text(), "1");
  Quantity memory;
  memory += Quantity::parse("512Mi");
  memory += Quantity::parse("512Mi");
  EXPECT_EQ(memory.text(), "1Gi");
  EXPECT_EQ(Quantity(2).minus(Quantity(3)), Quantity());
  EXPECT_TRUE(Quantity::parse("999m") < Quantity(1));
}

TEST(Quantity, WhatIsNoneIsZeroAndWhatIsTooLargeIsBounded) {
  for (const char* text : {"", "x", "1x", "--", "1Kii"}) {
    EXPECT_TRUE(Quantity::parse(text).is_zero()) << text;
  }
  EXPECT_FALSE(Quantity::parse("1e999999999").is_negative());
  Quantity large = Quantity::parse("1e30");
  const Quantity before = large;
  large += Quantity::parse("1e30");
  EXPECT_FALSE(large < before);
}

TEST(PodAmounts, InitContainersCountWhenTheyNeedMore) {
  const auto pod = objects::Json::parse(R"({"spec":{
    "initContainers":[
      {"resources":{"requests":{"cpu":"3"}}},
      {"restartPolicy":"Always","resources":{"requests":{"cpu":"500m"}}}],
    "containers":[
      {"resources":{"requests":{"cpu":"1","memory":"1Gi"}}},
      {"resources":{"requests":{"cpu":"1"}}}]}})")
                       .value();
  EXPECT_EQ(text(pod_amounts(pod, "requests")), "cpu=3,memory=1Gi");
  EXPECT_EQ(text(pod_amounts(pod, "limits")), "");
}

}  // namespace
}  // namespace kaudit::apiserver::admission
