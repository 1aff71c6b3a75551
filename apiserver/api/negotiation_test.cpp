#include "apiserver/api/negotiation.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::api {
namespace {

http::Headers with(std::string name, std::string value) {
  http::Headers headers;
  headers.add(std::move(name), std::move(value));
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

TEST(Negotiation, IndentsForPeople) {
  http::Request request;
  EXPECT_EQ(layout_of(request, ""), Layout::Compact);
  EXPECT_EQ(layout_of(request, "1"), Layout::Indented);
  request.headers = with("User-Agent", "curl/7.88.1");
  EXPECT_EQ(layout_of(request, ""), Layout::Indented);
  EXPECT_EQ(layout_of(request, "false"), Layout::Compact);
}

TEST(Negotiation, IndentsAsEncodingJson) {
  EXPECT_EQ(indented(R"({"a":{},"b":[],"c":[1,"x\"{,:"],"d":{"e":null}})"),
            "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    \"x\\\"{,:\"\n  ],\n"
            "  \"d\": {\n    \"e\": null\n  }\n}");
}

}  // namespace
}  // namespace kaudit::apiserver::api
