#include "apiserver/request/url.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::request {
namespace {

Url parsed(std::string_view target, std::string_view method = "GET") {
  auto url = Url::parse(method, target);
  EXPECT_TRUE(url) << target << ": " << url.error().message;
  return url.value_or(Url{});
}

std::string error_of(std::string_view target, std::string_view method = "GET") {
  const auto url = Url::parse(method, target);
  return url ? "parsed as " + url->request_uri : url.error().message;
}

TEST(Url, KeepsPathAndQueryAsSentInTheRequestUri) {
  for (const auto* target : {"/a//b/", "/a%2fb", "/a?", "/a??", "/a?x=%zz;y&&+",
                             "/~!$&'()*+,;=:@[]", "//double", "/?<\">"}) {
    EXPECT_EQ(parsed(target).request_uri, target);
  }
}

TEST(Url, EscapesTheWholePathAnewWhenOneByteShouldHaveBeenEscaped) {
  EXPECT_EQ(parsed("/\u00e9/%2F/").request_uri, "/%C3%A9///");
  EXPECT_EQ(parsed("/a\"b<c>'(").request_uri, "/a%22b%3Cc%3E%27%28");
  EXPECT_EQ(parsed("/pods#frag?q#f").request_uri, "/pods%23frag?q#f");
  EXPECT_EQ(parsed("/\xff").request_uri, "/%FF");
}

TEST(Url, UnescapesThePath) {
  EXPECT_EQ(parsed("/a%2Fb%00+c").path(), std::string("/a/b\0+c", 7));
  EXPECT_EQ(parsed("*").path(), "*");
  EXPECT_EQ(error_of("/%zz"), "invalid URL escape \"%zz\"");
  EXPECT_EQ(error_of("/a%2"), "invalid URL escape \"%2\"");
}

TEST(Url, DropsSchemeAndHostOfAnAbsoluteTarget) {
  EXPECT_EQ(parsed("HTTP://user:pw@other:80/a?x").request_uri, "/a?x");
  EXPECT_EQ(parsed("http://other").request_uri, "/");
  EXPECT_EQ(parsed("http://other").path(), "");
  EXPECT_EQ(parsed("http:/a").request_uri, "/a");
  EXPECT_EQ(parsed("mailto:x?y").request_uri, "x?y");
  EXPECT_EQ(parsed("HTTP://other/a").text(), "http://other/a");
}

TEST(Url, ReadsTheTargetOfConnectAsAnAuthority) {
  EXPECT_EQ(parsed("host:443", "CONNECT").request_uri, "/");
  EXPECT_EQ(parsed("/path", "CONNECT").request_uri, "/path");
  EXPECT_EQ(error_of("host:port", "CONNECT"), "invalid port \":port\" after host");
}

TEST(Url, RefusesHostsThatAreNone) {
  EXPECT_EQ(error_of("http://[::1/"), "missing ']' in host");
  EXPECT_EQ(error_of("http://a[::1]/"), "invalid IP-literal");
  EXPECT_EQ(error_of("http://[1.2.3.4]/"), "invalid host: \"1.2.3.4\" is not an IPv6 address");
  EXPECT_EQ(error_of("http://a b/"), "invalid character \" \" in host name");
  EXPECT_EQ(error_of("http://%41/"), "invalid URL escape \"%41\"");
  EXPECT_EQ(error_of("http://a:1:2/"), "invalid port \":1:2\" after host");
  EXPECT_EQ(error_of("http://us er@a/"), "net/url: invalid userinfo");
  EXPECT_EQ(parsed("http://[fe80::1%25en0]:80/").request_uri, "/");
  EXPECT_EQ(parsed("foo://a:1:2/").request_uri, "/");
}

TEST(Url, RefusesWhatNetHttpRefuses) {
  EXPECT_EQ(error_of(""), "empty url");
  EXPECT_EQ(error_of("api/v1"), "invalid URI for request");
  EXPECT_EQ(error_of("?x"), "invalid URI for request");
  EXPECT_EQ(error_of(":foo"), "missing protocol scheme");
  EXPECT_EQ(error_of("/a\tb"), "net/url: invalid control character in URL");
  EXPECT_EQ(error_of("/a?\x7f"), "net/url: invalid control character in URL");
  EXPECT_EQ(error_of("/", "G@T"), "invalid method \"G@T\"");
  EXPECT_EQ(error_of("/", ""), "invalid method \"\"");
}

TEST(UrlQuery, DropsOnlyThePairsItCannotRead) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parsed("/?a=1&b;c=2&d=%zz&%=x&&=y&e&f=g=h&i+j=%2B+").query(),
            (Pairs{{"a", "1"}, {"", "y"}, {"e", ""}, {"f", "g=h"}, {"i j", "+ "}}));
}

TEST(UrlQuery, GivesTheFirstOfSeveralValues) {
  const auto url = parsed("/?a=1&b&a=2");
  EXPECT_EQ(url.parameter("a"), "1");
  EXPECT_EQ(url.parameters("a"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_TRUE(url.has_parameter("b"));
  EXPECT_FALSE(url.has_parameter("c"));
  EXPECT_EQ(url.parameter("c"), "");
}

TEST(UrlQuery, ReadsNothingOfAQueryOfTooManyPairs) {
  std::string target = "/?a=1";
  for (int i = 1; i < 10'000; ++i) {
    target += "&a=1";
  }
  EXPECT_EQ(parsed(target).query().size(), 10'000U);
  EXPECT_TRUE(parsed(target + "&").query().empty());
  EXPECT_EQ(parsed(target + "&").request_uri, target + "&");
}

}  // namespace
}  // namespace kaudit::apiserver::request
