#include "apiserver/api/representation.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::api {
namespace {

using Format = Representation::Format;
using objects::table::Form;

std::optional<Representation> chosen(const char* accept, Offer offer = Offer::Objects) {
  http::Headers headers;
  headers.add("Accept", accept);
  return negotiate(headers, offer);
}

TEST(Negotiate, TakesTheFirstAlternativeThatItCanServe) {
  for (const char* accept :
       {"", "*/*", "application/json", "application/*", "APPLICATION/JSON; charset=utf-8",
        "application/vnd.kubernetes.protobuf,application/json", "text/html, */*;q=0.8"}) {
    const auto as = chosen(accept);
    ASSERT_TRUE(as) << accept;
    EXPECT_EQ(as->format, Format::Json) << accept;
    EXPECT_EQ(as->form, Form::Whole) << accept;
  }
  EXPECT_EQ(chosen("application/yaml")->format, Format::Yaml);
  EXPECT_EQ(chosen("application/yaml;q=0.1,application/json")->format, Format::Json);
  EXPECT_TRUE(chosen("application/json;pretty=1")->indented);
  EXPECT_TRUE(negotiate({}, Offer::Objects));
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
  EXPECT_EQ(metadata->version, "v1beta1");
}

TEST(Negotiate, PassesOverWhatItCannotServe) {
  for (const char* accept :
       {"text/html", "application/vnd.kubernetes.protobuf", "application/jsonx", "text/*",
        "application/json;as=Chair;v=v1;g=meta.k8s.io",
        "application/json;as=Table;v=v9;g=meta.k8s.io", "application/json;as=Table;v=v1;g=apps",
        "application/json;stream=tape"}) {
    EXPECT_FALSE(chosen(accept)) << accept;
  }
  EXPECT_TRUE(chosen("application/json;as=Chair;v=v1;g=meta.k8s.io,application/json"));
  EXPECT_FALSE(chosen("application/yaml", Offer::Stream));
  EXPECT_TRUE(chosen("text/plain", Offer::Log));
}

}  // namespace
}  // namespace kaudit::apiserver::api
