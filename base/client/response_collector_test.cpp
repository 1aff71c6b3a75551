#include "base/client/response_collector.hpp"

#include <gtest/gtest.h>

namespace kaudit::client {
namespace {

constexpr std::size_t kKept = 64 * 1024;

bool take_all(ResponseCollector& collector, std::initializer_list<std::string_view> lines) {
  bool goes_on = true;
  for (const auto line : lines) goes_on = goes_on && collector.take_header_line(line);
  return goes_on;
}

TEST(ResponseCollectorTest, KeepsWhatMattersOfAnAnswer) {
  ResponseCollector collector(kKept);
  EXPECT_TRUE(take_all(collector, {"HTTP/1.1 429 Too Many\r\n", "retry-After: 1\r\n",
                                   "Retry-After: 2\r\n", "Content-Type:  text/plain\r\n"}));
  EXPECT_FALSE(collector.has_head());
  EXPECT_TRUE(collector.take_header_line("\r\n"));
  EXPECT_TRUE(collector.take_body("hel"));
  EXPECT_TRUE(collector.take_body("lo"));
  EXPECT_EQ(collector.response().status, 429);
  EXPECT_EQ(collector.response().retry_after, "1");
  EXPECT_EQ(collector.response().content_type, "text/plain");
  EXPECT_EQ(collector.response().body, "hello");
}

TEST(ResponseCollectorTest, PassesFiveInterimAnswersOverAndRefusesTheSixth) {
  ResponseCollector collector(kKept);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(
        take_all(collector, {"HTTP/1.1 103 Early Hints\r\n", "Retry-After: 4\r\n", "\r\n"}));
  }
  ResponseCollector other = collector;
  EXPECT_TRUE(take_all(collector, {"HTTP/1.1 503 X\r\n", "\r\n"}));
  EXPECT_TRUE(collector.has_head());
  EXPECT_EQ(collector.response().retry_after, "");
  EXPECT_FALSE(take_all(other, {"HTTP/1.1 100 Continue\r\n", "\r\n"}));
  EXPECT_EQ(other.error(), "net/http: too many 1xx informational responses");
}

TEST(ResponseCollectorTest, WhatIsNotHttpIsNamedAsGoNamesIt) {
  const auto error_of = [](std::string_view text) {
    ResponseCollector collector(kKept);
    for (std::size_t i = 0; i < text.size(); ++i) collector.take_body(text.substr(i, 1));
    return collector.error();
  };
  EXPECT_EQ(error_of("what is this\r\n\r\n"), "malformed HTTP status code \"is\"");
  EXPECT_EQ(error_of("garbage\r\n"), "malformed HTTP response \"garbage\"");
  EXPECT_EQ(error_of("HTTQ 200 OK\r\n"), "malformed HTTP version \"HTTQ\"");
  EXPECT_EQ(error_of(std::string(5000, ' ')).substr(0, 32), "malformed HTTP status code \"\"");
  ResponseCollector collector(kKept);
  EXPECT_FALSE(take_all(collector, {"HTTP/1.1 200 OK\r\n", "no colon\r\n"}));
  EXPECT_EQ(collector.error(), "malformed MIME header line: no colon");
}

TEST(ResponseCollectorTest, WhatItHoldsIsBounded) {
  ResponseCollector endless_head(kKept);
  const std::string line = "A: " + std::string(1000, 'x') + "\r\n";
  EXPECT_TRUE(endless_head.take_header_line("HTTP/1.1 200 OK\r\n"));
  std::size_t lines = 0;
  while (endless_head.take_header_line(line)) ++lines;
  EXPECT_EQ(lines, ResponseCollector::kMaxHead / line.size());
  EXPECT_EQ(endless_head.error(),
            "net/http: server response headers exceeded 1048576 bytes; aborted");

  ResponseCollector endless_body(kKept);
  take_all(endless_body, {"HTTP/1.1 500 X\r\n", "\r\n"});
  std::uint64_t size = line.size();
  for (; endless_body.take_body(line); size += line.size()) {
  }
  EXPECT_TRUE(endless_body.is_complete());
  EXPECT_LE(size, ResponseCollector::kMaxBody + line.size());
  EXPECT_EQ(endless_body.response().body.size(), kKept);
}

}  // namespace
}  // namespace kaudit::client
