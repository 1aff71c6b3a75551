#include "apiserver/serialization.hpp"

#include <gtest/gtest.h>

#include "apiserver/testing/fake_exchange.hpp"

namespace kaudit::apiserver {
namespace {

http::Headers accepting(const char* types) {
  http::Headers headers;
  headers.add("Accept", types);
  return headers;
}

TEST(Serialization, IsTheFirstThatTheClientTakes) {
  const auto format = [](const char* accept) {
    return negotiate_serialization(accepting(accept)).value().format;
  };
  EXPECT_EQ(format(""), ObjectFormat::Json);
  EXPECT_EQ(format("*/*"), ObjectFormat::Json);
  EXPECT_EQ(format("application/vnd.kubernetes.protobuf"), ObjectFormat::Protobuf);
  EXPECT_EQ(format("application/vnd.kubernetes.protobuf;q=0.5,application/yaml"),
            ObjectFormat::Yaml);
  EXPECT_EQ(format("application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,*/*"),
            ObjectFormat::Json);
  EXPECT_EQ(format("application/vnd.kubernetes.protobuf;stream=watch"), ObjectFormat::Protobuf);
}

TEST(Serialization, IsNoneWhereOnlyFormsAreNamed) {
  for (const char* accept :
       {"text/html", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
        "application/yaml;stream=watch", "application/json;stream=tape",
        "application/json;sv=v2"}) {
    EXPECT_FALSE(negotiate_serialization(accepting(accept))) << accept;
  }
}

TEST(Serialization, GetsPastTheRouterByNameOrByAny) {
  EXPECT_TRUE(names_object_type({}));
  EXPECT_TRUE(names_object_type(accepting("text/html, */*;q=0.1")));
  EXPECT_TRUE(names_object_type(accepting("application/yaml;as=Chair")));
  EXPECT_FALSE(names_object_type(accepting("application/*, text/plain")));
  EXPECT_TRUE(names_object_type(accepting("text/plain"), "text/plain"));
}

TEST(Serialization, IndentsForPeople) {
  http::Request request;
  EXPECT_EQ(layout_of(request, ""), Layout::Compact);
  EXPECT_EQ(layout_of(request, "1"), Layout::Indented);
  request.headers.add("User-Agent", "curl/7.88.1");
  EXPECT_EQ(layout_of(request, ""), Layout::Indented);
  EXPECT_EQ(layout_of(request, "false"), Layout::Compact);
}

TEST(Serialization, IndentsAsEncodingJson) {
  EXPECT_EQ(indented(R"({"a":{},"b":[],"c":[1,"x\"{,:"],"d":{"e":null}})"),
            "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    \"x\\\"{,:\"\n  ],\n"
            "  \"d\": {\n    \"e\": null\n  }\n}");
}

TEST(Serialization, StaysJsonWhereThereIsNoProtobuf) {
  boost::asio::io_context io;
  testing::FakeExchange exchange(io, {});
  const RequestScope scope(exchange);
  Serialization as{ObjectFormat::Protobuf};
  const std::string table = R"({"kind":"Table","apiVersion":"meta.k8s.io/v1"})";
  EXPECT_EQ(serialized(scope, as, table), table + "\n");
  EXPECT_EQ(as.format, ObjectFormat::Json);
  as.format = ObjectFormat::Protobuf;
  EXPECT_TRUE(serialized(scope, as, R"({"kind":"Status","apiVersion":"v1"})").starts_with("k8s"));
  EXPECT_EQ(as.format, ObjectFormat::Protobuf);
}

}  // namespace
}  // namespace kaudit::apiserver
