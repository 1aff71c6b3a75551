#include "audit/strip_managed_fields.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::audit {
namespace {

std::string stripped(const std::string& body) {
  return std::string(without_managed_fields(RawJson::trusted(body)).view());
}

TEST(ManagedFields, GoWithTheirCommaWhereverTheyStand) {
  EXPECT_EQ(stripped(R"({"metadata":{"managedFields":[{"a":1}],"name":"x","uid":"y"}})"),
            R"({"metadata":{"name":"x","uid":"y"}})");
  EXPECT_EQ(stripped(R"({"metadata":{"name":"x","managedFields":[{"a":1}],"uid":"y"}})"),
            R"({"metadata":{"name":"x","uid":"y"}})");
  EXPECT_EQ(stripped(R"({"metadata":{"name":"x","uid":"y","managedFields":[{"a":1}]}})"),
            R"({"metadata":{"name":"x","uid":"y"}})");
  EXPECT_EQ(stripped(R"({"metadata":{"managedFields":[]}})"), R"({"metadata":{}})");
  EXPECT_EQ(stripped(R"({"metadata":{"managedFields":1,"managedFields":2}})"),
            R"({"metadata":{}})");
  EXPECT_EQ(stripped(R"({"metadata":{"managedFields":1,"managedFields":2,"a":3}})"),
            R"({"metadata":{"a":3}})");
  EXPECT_EQ(stripped(R"({"metadata":{"a":3,"managedFields":1,"managedFields":2}})"),
            R"({"metadata":{"a":3}})");
  EXPECT_EQ(stripped(R"({"metadata":{"managedFields":1,"a":3,"managedFields":2,"b":4}})"),
            R"({"metadata":{"a":3,"b":4}})");
}

TEST(ManagedFields, GoFromEachItemOfAListAndFromTheList) {
  EXPECT_EQ(stripped(R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[)"
                     R"({"metadata":{"name":"a","managedFields":[{}]},"spec":{}},7,)"
                     R"({"metadata":{"managedFields":[{}],"name":"b"}}]})"),
            R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[)"
            R"({"metadata":{"name":"a"},"spec":{}},7,{"metadata":{"name":"b"}}]})");
}

TEST(ManagedFields, GoFromTheObjectOfEachRowOfATable) {
  const std::string rows =
      R"("rows":[{"cells":["managedFields"],"object":{"metadata":{"managedFields":[],"name":"a"}}}])";
  EXPECT_EQ(stripped("{" + rows + R"(,"kind":"Table"})"),
            R"({"rows":[{"cells":["managedFields"],"object":{"metadata":{"name":"a"}}}],)"
            R"("kind":"Table"})");
  EXPECT_EQ(stripped("{" + rows + R"(,"kind":"Sheet"})"), "{" + rows + R"(,"kind":"Sheet"})");
}

TEST(ManagedFields, StayWhereTheyAreNoMetadata) {
  for (const std::string body :
       {R"({"managedFields":[],"spec":{"metadata":{"managedFields":[]}}})",
        R"({"data":{"managedFields":"x"},"metadata":{"annotations":{"managedFields":"{}"}}})",
        R"({"metadata":["managedFields"]})", R"({"metadata":null,"items":"managedFields"})",
        R"([{"metadata":{"managedFields":[]}}])", R"("managedFields")"}) {
    EXPECT_EQ(stripped(body), body);
  }
}

TEST(ManagedFields, AreKnownByTheirNameHoweverItIsWritten) {
  EXPECT_EQ(stripped(R"({"met\u0061data":{"managedField\u0073":[],"name":"x"}})"),
            R"({"met\u0061data":{"name":"x"}})");
}

TEST(ManagedFields, LeaveEveryOtherByteAlone) {
  EXPECT_EQ(stripped(R"({"z":1.50,"a":"\u003c","metadata":{"managedFields":{},"n":-0},"z":1e9})"),
            R"({"z":1.50,"a":"\u003c","metadata":{"n":-0},"z":1e9})");
}

TEST(ManagedFields, BodiesWithoutThemShareTheirBytes) {
  const RawJson plain = RawJson::trusted(R"({"metadata":{"name":"x"}})");
  EXPECT_EQ(without_managed_fields(plain).view().data(), plain.view().data());
  const RawJson elsewhere = RawJson::trusted(R"({"data":{"managedFields":"x"}})");
  EXPECT_EQ(without_managed_fields(elsewhere).view().data(), elsewhere.view().data());
  EXPECT_TRUE(without_managed_fields(RawJson()).empty());
}

}  // namespace
}  // namespace kaudit::audit
