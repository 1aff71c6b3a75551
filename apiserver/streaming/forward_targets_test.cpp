#include "apiserver/streaming/forward_targets.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::streaming {
namespace {

using Kind = ForwardTargets::Target::Kind;

TEST(ForwardTargets, EchoUnlessTheAnnotationSaysOtherwise) {
  EXPECT_EQ(ForwardTargets::parse("")->find(80).kind, Kind::Echo);
  const auto targets = ForwardTargets::parse("8080=127.0.0.1:9090, 5432=[::1]:5432,81=refuse");
  ASSERT_TRUE(targets) << targets.error().message;
  EXPECT_EQ(targets->find(8080).address.port(), 9090);
  EXPECT_TRUE(targets->find(5432).address.address().is_v6());
  EXPECT_EQ(targets->find(81).kind, Kind::Refuse);
  EXPECT_EQ(targets->find(80).kind, Kind::Echo);
  EXPECT_EQ(ForwardTargets::parse("127.0.0.1:1")->find(80).kind, Kind::Address);
}

TEST(ForwardTargets, ReachNothingButLoopbackAddresses) {
  for (const std::string text : {"10.0.0.1:80", "0.0.0.0:80", "[::]:80", "169.254.169.254:80",
                                 "[fe80::1]:80", "8080=192.168.1.1:1"}) {
    const auto targets = ForwardTargets::parse(text);
    ASSERT_FALSE(targets) << text;
    EXPECT_NE(targets.error().message.find("is not a loopback address"), std::string::npos);
  }
}

TEST(ForwardTargets, SayWhichEntryIsWrong) {
  EXPECT_EQ(ForwardTargets::parse("80=localhost:80").error().message,
            "\"localhost:80\" is neither echo, refuse nor an address such as 127.0.0.1:8080");
  EXPECT_EQ(ForwardTargets::parse("0=echo").error().message, "\"0\" is not a port from 1 to 65535");
  for (const std::string text :
       {"127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:80x", "80=echo,", "x=echo"}) {
    EXPECT_FALSE(ForwardTargets::parse(text)) << text;
  }
}

}  // namespace
}  // namespace kaudit::apiserver::streaming
