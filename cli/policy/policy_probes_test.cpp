// Each probe is what the server would make of its method and URL.
#include <gtest/gtest.h>

#include "apiserver/request/request_info.hpp"
#include "apiserver/request/url.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::cli {
namespace {

TEST(PolicyProbes, AreWhatTheServerMakesOfTheirUrl) {
  for (const policy::Probe& probe : policy::probes()) {
    SCOPED_TRACE(probe.name);
    const auto url = apiserver::request::Url::parse(probe.method, probe.url);
    ASSERT_TRUE(url.has_value());
    const auto info = apiserver::request::make_request_info(probe.method, *url);
    ASSERT_TRUE(info.has_value()) << info.error().message;
    const audit::Attributes& attributes = probe.attributes;
    EXPECT_EQ(info->is_resource_request, attributes.resource_request);
    EXPECT_EQ(info->verb, attributes.verb);
    EXPECT_EQ(info->path, attributes.path);
    EXPECT_EQ(info->api_group, attributes.api_group);
    EXPECT_EQ(info->api_version, attributes.api_version);
    EXPECT_EQ(info->resource, attributes.resource);
    EXPECT_EQ(info->subresource, attributes.subresource);
    EXPECT_EQ(info->ns, attributes.ns);
    EXPECT_EQ(info->name, attributes.name);
  }
}

}  // namespace
}  // namespace kaudit::cli
