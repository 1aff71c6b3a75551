#include "apiserver/api/route.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apiserver/api/api.hpp"
#include "apiserver/api/testing/world.hpp"
#include "apiserver/request/url.hpp"

namespace kaudit::apiserver::api {
namespace {

std::string routed(std::string_view method, std::string_view target) {
  static constexpr std::string_view kNames[] = {
      "get", "list",    "watch", "create", "update", "patch", "delete", "deletecollection",
      "log", "connect", "proxy", "evict",  "bind",   "other"};
  const request::Url url = request::Url::parse(method, target).value();
  const request::RequestInfo info = request::make_request_info(method, url).value();
  const auto route = find_route(method, info, custom::Registry());
  if (!route) return std::to_string(route.error().code);
  std::string text(kNames[static_cast<std::size_t>(route->operation)]);
  text += " " + std::string(route->resource->name);
  if (route->subresource != nullptr) text += "/" + std::string(route->subresource->name);
  if (!route->name.empty()) text += " " + std::string(route->name);
  return text;
}

TEST(Route, FollowsMethodAndPath) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"GET", "/api/v1/namespaces/n/pods", "list pods"},
      {"GET", "/api/v1/pods", "list pods"},
      {"GET", "/api/v1/pods?fieldSelector=metadata.name=x", "list pods"},
      {"GET", "/api/v1/namespaces/n/pods?watch=1", "watch pods"},
      {"GET", "/api/v1/watch/namespaces/n/pods/p", "watch pods p"},
      {"POST", "/api/v1/namespaces/n/pods", "create pods"},
      {"DELETE", "/api/v1/namespaces/n/pods", "deletecollection pods"},
      {"GET", "/api/v1/namespaces/n/pods/p", "get pods p"},
      {"GET", "/api/v1/namespaces/n/pods/p?watch=true", "get pods p"},
      {"PUT", "/apis/apps/v1/namespaces/n/deployments/d", "update deployments d"},
      {"PATCH", "/apis/apps/v1/namespaces/n/deployments/d/status", "patch deployments/status d"},
      {"PATCH", "/apis/apps/v1/namespaces/n/deployments/d/scale", "patch deployments/scale d"},
      {"GET", "/api/v1/namespaces/n/pods/p/log", "log pods/log p"},
      {"POST", "/api/v1/namespaces/n/pods/p/exec", "connect pods/exec p"},
      {"GET", "/api/v1/namespaces/n", "get namespaces n"},
      {"GET", "/api/v1/namespaces/n/status", "get namespaces/status n"},
      {"GET", "/api/v1/nodes/x/proxy/a/b", "proxy nodes/proxy x"},
      {"HEAD", "/api/v1/namespaces/n/services/https:s:web/proxy/",
       "proxy services/proxy https:s:web"},
      {"OPTIONS", "/api/v1/namespaces/n/pods/p:80/proxy", "proxy pods/proxy p:80"},
  };
  for (const auto& [method, target, expected] : cases) {
    EXPECT_EQ(routed(method, target), expected) << method << " " << target;
  }
}

TEST(Route, RefusesPathsBeforeMethods) {
  for (const char* path :
       {"/api/v1/nopes", "/api/v1/namespaces/n/pods/p/nope", "/api/v1/namespaces/n/nodes",
        "/api/v1/pods/p", "/api/v1/namespaces/n/pods/p/log/x", "/api/v2/namespaces/n/pods",
        "/api/v1/proxy/namespaces/n/pods/p", "/api/v1//namespaces/n/pods/p"}) {
    EXPECT_EQ(routed("BREW", path), "404") << path;
  }
  const std::pair<const char*, const char*> not_allowed[] = {
      {"PUT", "/api/v1/namespaces/n/pods"},
      {"POST", "/api/v1/namespaces/n/pods/p"},
      {"POST", "/api/v1/pods"},
      {"DELETE", "/api/v1/pods"},
      {"HEAD", "/api/v1/namespaces/n/pods/p"},
      {"get", "/api/v1/namespaces/n/pods/p"},
      {"DELETE", "/api/v1/namespaces"},
      {"DELETE", "/api/v1/namespaces/n/pods/p/log"},
      {"GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"},
      {"POST", "/api/v1/watch/namespaces/n/pods"},
  };
  for (const auto& [method, path] : not_allowed) EXPECT_EQ(routed(method, path), "405") << path;
}

TEST(Route, LeavesUnknownGroupsToThePathsThatAreNoResources) {
  testing::World world;
  const auto serves = [&world](std::string_view target) {
    const request::Url url = request::Url::parse("GET", target).value();
    return world.api().serves(request::make_request_info("GET", url).value());
  };
  EXPECT_TRUE(serves("/api/v1/pods"));
  EXPECT_TRUE(serves("/api/v2/pods"));
  EXPECT_TRUE(serves("/apis/apps/v2/deployments"));
  EXPECT_FALSE(serves("/apis/nope.io/v1/things"));
  EXPECT_FALSE(serves("//api//v1/pods"));
}

}  // namespace
}  // namespace kaudit::apiserver::api
