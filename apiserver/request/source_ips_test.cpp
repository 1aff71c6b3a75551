#include "apiserver/request/source_ips.hpp"

#include <gtest/gtest.h>

#include "base/testing/vectors.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::request {
namespace {

void check_source_ips(const nlohmann::json& item) {
  http::Headers headers;
  for (const auto& line : item.at("headers")) {
    headers.add(line.at(0).get<std::string>(), line.at(1).get<std::string>());
  }
  const auto expected = item.at("expected").get<std::vector<std::string>>();
  EXPECT_EQ(source_ips(headers, item.at("remoteAddr").get<std::string>()), expected);
}

TEST(SourceIps, AgreesWithKubernetesOnEveryCase) {
  testing::for_each_case("source-ips.jsonl", "source-ips/cases.jsonl", check_source_ips);
}

std::string canonical(std::string_view text) {
  const auto ip = IpAddress::parse(text);
  return ip ? ip->text() : "refused";
}

TEST(IpAddress, ReadsLeadingZerosAsDecimal) {
  EXPECT_EQ(canonical("010.000000000000001.08.255"), "10.1.8.255");
  EXPECT_EQ(canonical("0000000001::"), "1::");
}

TEST(IpAddress, WritesTheCanonicalForm) {
  EXPECT_EQ(canonical("::"), "::");
  EXPECT_EQ(canonical("::1"), "::1");
  EXPECT_EQ(canonical("1::"), "1::");
  EXPECT_EQ(canonical("2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(canonical("1:0:2:0:3:0:4:0"), "1:0:2:0:3:0:4:0");
  EXPECT_EQ(canonical("::1:2:3:4:5:6:7"), "0:1:2:3:4:5:6:7");
  EXPECT_EQ(canonical("64:ff9b::1.2.3.4"), "64:ff9b::102:304");
  EXPECT_EQ(canonical("::FFFF:1.2.3.4"), "1.2.3.4");
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const auto* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.4.",
                           ".1.2.3",
                           "256.1.1.1",
                           "1.2.3.+4",
                           "1.2.3.-4",
                           "0x1.2.3.4",
                           "1.2.3.99999999999999999999",
                           ":",
                           ":::",
                           "1:2",
                           "1::2::3",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8:",
                           "1::2:3:4:5:6:7:8",
                           "12345::",
                           "::g",
                           "fe80::1%eth0",
                           "[::1]",
                           "1.2.3.4::",
                           "::1.2.3",
                           "1:2:3:4:5:1.2.3.4",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::1:"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
}

TEST(TrimSpace, TakesUnicodesWhiteSpaceOff) {
  EXPECT_EQ(trim_space(" \t\u00a0\u3000a b\u2029\r\n"), "a b");
  EXPECT_EQ(trim_space("\u200b"), "\u200b");
  EXPECT_EQ(trim_space(" \u0085 "), "");
}

}  // namespace
}  // namespace kaudit::apiserver::request
