#include "base/client/server_url.hpp"

#include <gtest/gtest.h>

namespace kaudit::client {
namespace {

std::string path_of(const std::string& server) {
  return request_path(parse_server(server).value());
}

TEST(ServerUrlTest, ThePathIsCleanedAndKeepsItsEscapes) {
  EXPECT_EQ(path_of("http://h"), "/");
  EXPECT_EQ(path_of("http://h/"), "/");
  EXPECT_EQ(path_of("http://h/a/b?x=1"), "/a/b");
  EXPECT_EQ(path_of("http://h/a/"), "/a");
  EXPECT_EQ(path_of("http://h/a%20b/c%2Fd"), "/a%20b/c%2Fd");
  EXPECT_EQ(path_of("http://h/a%20b/%2F"), "/a%20b");
  EXPECT_EQ(path_of("http://h/a/../b/./c//d"), "/b/c/d");
  EXPECT_EQ(path_of("https://h/a#frag"), "/a%23frag");
  EXPECT_EQ(path_of("http://h/\xc3\xa9"), "/%C3%A9");
}

TEST(ServerUrlTest, PortsHaveTheSchemesDefault) {
  EXPECT_EQ(parse_server("https://h/")->address(), "h:443");
  EXPECT_EQ(parse_server("http://h/")->address(), "h:80");
  EXPECT_EQ(parse_server("HTTPS://H:8443")->address(), "H:8443");
  EXPECT_EQ(parse_server("127.0.0.1:9")->address(), "127.0.0.1:9");
  EXPECT_EQ(parse_server("127.0.0.1:9")->scheme, "http");
  EXPECT_EQ(parse_url("socks5://p")->address(), "p:1080");
}

TEST(ServerUrlTest, Ipv6AddressesHaveBracketsWhereAPortFollows) {
  const auto url = parse_server("https://[::1]:8443/x").value();
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.address(), "[::1]:8443");
  EXPECT_EQ(url.host_header(), "[::1]:8443");
  EXPECT_EQ(parse_server("https://[fe80::1%25eth0]/")->host, "fe80::1%eth0");
  EXPECT_EQ(parse_server("https://[fe80::1%25eth0]/")->host_header(), "[fe80::1]");
}

TEST(ServerUrlTest, RefusesWhatIsNoServer) {
  for (const char* text : {"", "/", "https://", "https://h:port/", "example.com/audit", "h/%zz",
                           "https://h/%zz", "http://[::1", "a\nb"}) {
    EXPECT_FALSE(parse_server(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace kaudit::client
