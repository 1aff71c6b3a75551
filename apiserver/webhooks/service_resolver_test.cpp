#include "apiserver/webhooks/service_resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::webhooks {
namespace {

using ::testing::HasSubstr;

TEST(ServiceResolver, FindsAServiceByItsPortOrByAny) {
  const auto resolver = ServiceResolver::parse({"a/hook=127.0.0.1:1", "b/hook:8443=[::1]:2"});
  ASSERT_TRUE(resolver);
  EXPECT_EQ(resolver->resolve("a", "hook", 443), "127.0.0.1:1");
  EXPECT_EQ(resolver->resolve("a", "hook", 9), "127.0.0.1:1");
  EXPECT_EQ(resolver->resolve("b", "hook", 8443), "[::1]:2");
  EXPECT_EQ(resolver->resolve("b", "hook", 443), std::nullopt);
  EXPECT_EQ(resolver->resolve("c", "hook", 443), std::nullopt);
}

TEST(ServiceResolver, RefusesWhatIsNoPairAndWhatIsElsewhere) {
  for (const char* pair :
       {"", "x", "a/b", "a/b=", "/b=127.0.0.1:1", "a/=127.0.0.1:1", "a/b:0=127.0.0.1:1",
        "a/b=127.0.0.1", "a/b=127.0.0.1:99999", "a/b=127.0.0.1:1/path"}) {
    const auto refused = ServiceResolver::parse({pair});
    ASSERT_FALSE(refused) << pair;
    EXPECT_THAT(refused.error().front().message, HasSubstr("is not a pair")) << pair;
  }
  const auto elsewhere = ServiceResolver::parse({"a/b=192.0.2.1:443", "a/b"});
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().size(), 2U);
  EXPECT_THAT(elsewhere.error().front().message, HasSubstr("loopback"));
}

}  // namespace
}  // namespace kaudit::apiserver::webhooks
