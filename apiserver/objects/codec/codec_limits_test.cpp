// Bodies made to hurt: each is answered, in bounded memory and in time that grows with its size.
#include <string>

#include <gtest/gtest.h>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/quantity.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::size_t kBodyLimit = 3 * 1024 * 1024;
constexpr DecodeOptions kStrict{FieldValidation::Strict, Defaulting::AtDecode};
constexpr DecodeOptions kWarn{FieldValidation::Warn, Defaulting::AtDecode};

std::string filled(const std::string& begin, const std::string& piece, const std::string& end) {
  std::string body = begin;
  while (body.size() + piece.size() + end.size() < kBodyLimit) body += piece;
  body.back() = end.empty() ? body.back() : ' ';
  return body + end;
}

TEST(CodecLimits, ManyUnknownMembersAreToldAHundredTimes) {
  std::string body = "{\"spec\":{";
  for (int i = 0; body.size() < kBodyLimit; ++i) body += "\"x" + std::to_string(i) + "\":1,";
  body.back() = '}';
  const auto decoded = decode_object({"v1", "Pod"}, body + "}", BodyFormat::Json, kWarn);
  ASSERT_TRUE(decoded) << decoded.error().message;
  ASSERT_EQ(decoded->complaints.size(), 100U);
  EXPECT_EQ(decoded->complaints.back(), "unknown field \"spec.x99\"");
}

TEST(CodecLimits, OneMemberThatRepeatsWithoutEndIsToldOnce) {
  const auto decoded = decode_object(
      {"v1", "Pod"}, filled(R"({"spec":{"hostname":"a",)", R"("hostname":"b",)", R"(}})"),
      BodyFormat::Json, kStrict);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: duplicate "
            "field \"spec.hostname\"");
}

TEST(CodecLimits, KeysThatDescendAndRepeatAreFoundInConstantTime) {
  std::string body = R"({"data":{)";
  for (int i = 150'000; i > 0; --i) body += "\"" + std::to_string(1'000'000 + i) + "\":\"\",";
  for (int i = 0; body.size() < kBodyLimit; ++i) {
    body += "\"" + std::to_string(1'000'001 + i % 150'000) + "\":\"x\",";
  }
  body.back() = '}';
  const auto decoded = decode_object({"v1", "ConfigMap"}, body + "}", BodyFormat::Json, kWarn);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->complaints.size(), 100U);
  EXPECT_NE(decoded->object.dump().find(R"("data":{"1000001":"x","1000002":"x",)"),
            std::string::npos);
}

TEST(CodecLimits, AHundredThousandListItems) {
  std::string body = R"({"spec":{"containers":[)";
  for (int i = 0; i < 100'000; ++i) body += R"({"name":"c"},)";
  body.back() = ']';
  const auto decoded = decode_object({"v1", "Pod"}, body + "}}", BodyFormat::Json, kWarn);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_GT(decoded->object.dump().size(), 10'000'000U);
}

// A server that fills in defaults would make half a gigabyte of these three megabytes.
TEST(CodecLimits, WhatGrowsOutOfProportionIsRefused) {
  const auto decoded = decode_object(
      {"v1", "Pod"}, filled(R"({"spec":{"containers":[)", "{},", "]}}"), BodyFormat::Json, kWarn);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "Pod in version \"v1\" cannot be handled as a Pod: the object is too large: more than "
            "16777216 bytes of JSON");
}

TEST(CodecLimits, ComplaintsFromTheDepthsCostNoMoreThanTheyMust) {
  std::string body = R"({"spec":{"versions":[{"schema":{"openAPIV3Schema":)";
  for (int i = 0; i < 9'000; ++i) body += R"({"not":)";
  body += "{";
  while (body.size() < kBodyLimit - 20'000) body += R"("type":"a",)";
  body.back() = '}';
  body += std::string(9'000, '}') + "}}]}}";
  const auto decoded = decode_object({"apiextensions.k8s.io/v1", "CustomResourceDefinition"}, body,
                                     BodyFormat::Json, kWarn);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->complaints.size(), 1U);
}

TEST(CodecLimits, ProtobufNestsNoDeeperThanJson) {
  // JSONSchemaProps.not is field 28 and a message of the same type.
  const auto nested = [](int depth) {
    std::string message;
    for (int i = 0; i < depth; ++i) {
      std::string header("\xe2\x01", 2);  // field 28, length-delimited
      for (std::size_t size = message.size(); true; size >>= 7U) {
        header += static_cast<char>((size & 0x7FU) | (size > 0x7F ? 0x80U : 0U));
        if (size <= 0x7F) break;
      }
      message.insert(0, header);
    }
    return message;
  };
  const auto wrapped = [](unsigned field, const std::string& message) {
    std::string out(1, static_cast<char>(field << 3U | 2U));
    for (std::size_t size = message.size(); true; size >>= 7U) {
      out += static_cast<char>((size & 0x7FU) | (size > 0x7F ? 0x80U : 0U));
      if (size <= 0x7F) break;
    }
    return out + message;
  };
  const auto body = [&](int depth) {
    // spec(2).versions(7).schema(4).openAPIV3Schema(1)
    const std::string crd = wrapped(2, wrapped(7, wrapped(4, wrapped(1, nested(depth)))));
    return std::string("k8s\0", 4) + wrapped(2, crd);
  };
  constexpr TypeMeta kCrd{"apiextensions.k8s.io/v1", "CustomResourceDefinition"};
  const auto deep = decode_object(kCrd, body(9'000), BodyFormat::Protobuf, kWarn);
  ASSERT_TRUE(deep) << deep.error().message;
  EXPECT_NE(deep->object.dump().find(R"({"not":{"not":)"), std::string::npos);
  EXPECT_FALSE(decode_object(kCrd, body(10'001), BodyFormat::Protobuf, kWarn));
}

TEST(CodecLimits, QuantitiesOfAnyLengthTakeTimeInProportion) {
  const std::string digits(1'000'000, '9');
  EXPECT_EQ(canonical_quantity(digits + "Ei")->size(), std::string("9223372036854775807").size());
  EXPECT_EQ(*canonical_quantity("1e-2147483648"), "1e-9");
  EXPECT_EQ(*canonical_quantity("1e2147483647"), "10e2147483646");
  EXPECT_EQ(canonical_quantity("0." + digits)->size(), 1U);
}

}  // namespace
}  // namespace kaudit::apiserver::objects
