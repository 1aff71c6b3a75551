#include "apiserver/api/representation.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::api {
namespace {

using objects::table::Form;

std::optional<Representation> chosen(const char* accept) {
  http::Headers headers;
  headers.add("Accept", accept);
  return negotiate(headers);
}

TEST(Negotiate, TakesTheFirstAlternativeThatItCanServe) {
  for (const char* accept :
       {"", "*/*", "application/json", "application/*", "APPLICATION/JSON; charset=utf-8",
        "application/json,application/vnd.kubernetes.protobuf", "text/html, */*;q=0.8"}) {
    const auto as = chosen(accept);
    ASSERT_TRUE(as) << accept;
    EXPECT_EQ(as->format(), ObjectFormat::Json) << accept;
    EXPECT_EQ(as->form, Form::Whole) << accept;
  }
  EXPECT_EQ(chosen("application/yaml")->format(), ObjectFormat::Yaml);
  EXPECT_EQ(chosen("application/yaml;q=0.1,application/json")->format(), ObjectFormat::Json);
  EXPECT_EQ(chosen("application/vnd.kubernetes.protobuf,application/json")->format(),
            ObjectFormat::Protobuf);
  EXPECT_EQ(chosen("application/json;pretty=1")->serialization.layout, Layout::Indented);
  EXPECT_TRUE(negotiate({}));
}

TEST(Negotiate, KnowsKindsWithoutProtobuf) {
  const auto chosen_for_custom = [](const char* accept) {
    http::Headers headers;
    headers.add("Accept", accept);
    return negotiate(headers, Protobuf::OfMetadataAlone);
  };
  EXPECT_FALSE(chosen_for_custom("application/vnd.kubernetes.protobuf"));
  EXPECT_EQ(chosen_for_custom("application/vnd.kubernetes.protobuf,application/json")->format(),
            ObjectFormat::Json);
  EXPECT_EQ(chosen_for_custom(
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
                ->format(),
            ObjectFormat::Protobuf);
}

TEST(Negotiate, ReadsTheFormThatIsAskedFor) {
  const auto table = chosen(
      "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;"
      "g=meta.k8s.io,application/json");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->form, Form::Table);
  EXPECT_EQ(table->version, "v1");
  const auto metadata = chosen(
      "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,"
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1beta1,application/json");
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->form, Form::PartialMetadata);
  EXPECT_EQ(metadata->format(), ObjectFormat::Protobuf);
  EXPECT_EQ(metadata->version, "v1");
  EXPECT_EQ(
      chosen("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1beta1")->version,
      "v1beta1");
}

TEST(Negotiate, PassesOverWhatItCannotServe) {
  for (const char* accept :
       {"text/html", "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1",
        "application/jsonx", "text/*", "text/plain", "application/yaml;stream=watch",
        "application/json;sv=v2", "application/json;as=Chair;v=v1;g=meta.k8s.io",
        "application/json;as=Table;v=v9;g=meta.k8s.io", "application/json;as=Table;v=v1;g=apps",
        "application/json;stream=tape"}) {
    EXPECT_FALSE(chosen(accept)) << accept;
  }
  EXPECT_TRUE(chosen("application/json;as=Chair;v=v1;g=meta.k8s.io,application/json"));
  const auto table = chosen(
      "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1,"
      "application/json;as=Table;g=meta.k8s.io;v=v1");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->format(), ObjectFormat::Json);
}

}  // namespace
}  // namespace kaudit::apiserver::api
