#include "apiserver/request/request_info.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "apiserver/request/list_options.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::apiserver::request {
namespace {

using nlohmann::json;

json as_json(const RequestInfo& info) {
  return {{"isResourceRequest", info.is_resource_request},
          {"path", info.path},
          {"verb", info.verb},
          {"apiPrefix", info.api_prefix},
          {"apiGroup", info.api_group},
          {"apiVersion", info.api_version},
          {"namespace", info.ns},
          {"resource", info.resource},
          {"subresource", info.subresource},
          {"name", info.name},
          {"parts", info.parts},
          {"fieldSelector", info.field_selector},
          {"labelSelector", info.label_selector},
          {"longRunning", info.long_running}};
}

void check_case(const json& item) {
  const auto method = item.at("method").get<std::string>();
  const auto url = Url::parse(method, item.at("url").get<std::string>());
  ASSERT_EQ(url.has_value(), !item.contains("httpError"));
  if (!url) {
    return;
  }
  auto expected = item.at("expected");
  const auto info = make_request_info(method, *url);
  ASSERT_EQ(info.has_value(), !expected.contains("error"));
  if (!info) {
    EXPECT_EQ(info.error().message, expected.at("error"));
    return;
  }
  if (expected.value("queryError", false)) {
    EXPECT_FALSE(parse_list_options(*url));
    expected.erase("queryError");
  }
  // A byte that is not UTF-8 is U+FFFD in the case's own JSON.
  const auto actual = as_json(*info).dump(-1, ' ', false, json::error_handler_t::replace);
  EXPECT_EQ(json::parse(actual), expected);
  EXPECT_EQ(url->request_uri, item.at("event").at("requestURI"));
}

TEST(RequestInfo, AgreesWithKubernetesOnEveryCase) {
  testing::for_each_case("request-info.jsonl", "request-info/cases.jsonl", check_case);
}

RequestInfo info_of(std::string_view method, std::string_view target) {
  static std::deque<Url> urls;  // which must outlive what is made of them
  urls.push_back(Url::parse(method, target).value());
  return make_request_info(method, urls.back()).value();
}

TEST(RequestInfo, NamesTheOneObjectThatAFieldSelectorDemands) {
  EXPECT_EQ(info_of("GET", "/api/v1/pods?fieldSelector=metadata.name%3D%3Dx").name, "x");
  EXPECT_EQ(info_of("GET", "/api/v1/pods?fieldSelector=metadata.name!%3Dx").name, "");
  EXPECT_EQ(info_of("GET", "/api/v1/pods?fieldSelector=metadata.name%3D..").name, "");
  EXPECT_EQ(info_of("DELETE", "/api/v1/pods?fieldSelector=metadata.name%3Dx").name, "");
}

TEST(RequestInfo, ForgetsTheNameWhenAnyListOptionIsBad) {
  const auto info = info_of("GET", "/api/v1/pods?fieldSelector=metadata.name%3Dx&limit=x&watch=1");
  EXPECT_EQ(info.name, "");
  EXPECT_EQ(info.verb, "watch");
  EXPECT_EQ(info.field_selector, "metadata.name=x");
}

TEST(RequestInfo, TreatsTheNamespaceItselfAsBeingInIt) {
  const auto info = info_of("GET", "/api/v1/namespaces/ns/finalize");
  EXPECT_EQ(info.resource, "namespaces");
  EXPECT_EQ(info.ns, "ns");
  EXPECT_EQ(info.name, "ns");
  EXPECT_EQ(info.subresource, "finalize");
}

TEST(RequestInfo, ShowsTheWholeUrlWhenItNamesNoResource) {
  const auto url = Url::parse("GET", "http://other/api/v1/watch?x=1").value();
  const auto info = make_request_info("GET", url);
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().message,
            "unable to determine kind and namespace from url, http://other/api/v1/watch?x=1");
}

TEST(RequestInfo, IsLongRunningForProfilesOutsideResourcesOnly) {
  EXPECT_TRUE(info_of("GET", "/debug/pprof/heap").long_running);
  EXPECT_FALSE(info_of("GET", "/debug/pprof").long_running);
  EXPECT_FALSE(info_of("GET", "/logs/exec/exec").long_running);
  EXPECT_TRUE(info_of("WATCH", "/healthz").long_running);
}

}  // namespace
}  // namespace kaudit::apiserver::request
