#include "apiserver/api/negotiation.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::api {
namespace {

http::Headers with(std::string_view name, std::string_view value) {
  http::Headers headers;
  headers.add(name, value);
  return headers;
}

TEST(Negotiation, ReadsBodiesAsJsonUnlessTheySayOtherwise) {
  using objects::BodyFormat;
  EXPECT_EQ(body_format({}).value(), BodyFormat::Json);
  EXPECT_EQ(body_format(with("Content-Type", "application/json; charset=utf-8")).value(),
            BodyFormat::Json);
  EXPECT_EQ(body_format(with("Content-Type", "application/yaml")).value(), BodyFormat::Yaml);
  EXPECT_EQ(body_format(with("Content-Type", "application/vnd.kubernetes.protobuf")).value(),
            BodyFormat::Protobuf);
  const auto refused = body_format(with("Content-Type", "application/cbor"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 415);
  EXPECT_EQ(refused.error().message,
            "the body of the request was in an unknown format - accepted media types include: "
            "application/json, application/yaml, application/vnd.kubernetes.protobuf");
}

}  // namespace
}  // namespace kaudit::apiserver::api
