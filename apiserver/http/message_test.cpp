#include "apiserver/http/message.hpp"

#include <gtest/gtest.h>

#include "apiserver/http/response_head.hpp"

namespace kaudit::apiserver::http {
namespace {

std::string joined(const Headers& headers) {
  std::string text;
  for (const Header line : headers.lines()) {
    text.append(line.name).append("=").append(line.value).append(" ");
  }
  return text;
}

TEST(Headers, CompareNamesWithoutCaseAndKeepOrder) {
  Headers headers;
  headers.add("Accept", "a");
  headers.add("X", "1");
  headers.add("aCCEPT", "b");
  EXPECT_EQ(headers.first("ACCEPT"), "a");
  EXPECT_EQ(headers.all("accept"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_FALSE(headers.has("Accep"));
  headers.set("accept", "c");
  EXPECT_EQ(joined(headers), "Accept=c X=1 ");
  headers.set("New", "n");
  headers.remove("x");
  EXPECT_EQ(joined(headers), "Accept=c New=n ");
}

TEST(Headers, HoldAsManyLinesAsThereAre) {
  Headers headers;
  for (int i = 0; i < 50; ++i) headers.add("Name-" + std::to_string(i), std::string(40, 'v'));
  headers.set("name-7", "");
  headers.set("NAME-8", std::string(1'000, 'w'));
  const Headers copy = headers;
  headers.remove("Name-49");
  EXPECT_EQ(headers.lines().size(), 49U);
  EXPECT_EQ(copy.lines().size(), 50U);
  EXPECT_EQ(copy.lines()[49].name, "Name-49");
  EXPECT_EQ(copy.first("Name-7"), "");
  EXPECT_EQ(copy.first("Name-8"), std::string(1'000, 'w'));
  EXPECT_EQ(copy.lines()[8].name, "Name-8") << "in its place, under its name";
}

std::string head_of(const Request& request, int status, const Headers& headers,
                    const ResponseFraming& framing) {
  std::string text;
  append_response_head(text, request, status, headers, framing);
  const std::size_t date = text.find("Date: ");
  return text.erase(date, text.find('\n', date) + 1 - date);
}

TEST(ResponseHead, AddsFramingAfterTheHandlersHeaders) {
  Headers headers;
  headers.add("Audit-Id", "1");
  headers.add("content-length", "99");
  headers.add("Connection", "close");
  using Length = ResponseFraming::Length;
  EXPECT_EQ(head_of({}, 404, headers, {Length::Known, 5, Persistence::KeepAlive}),
            "HTTP/1.1 404 Not Found\r\nAudit-Id: 1\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(head_of({}, 200, {}, {Length::Chunked, 0, Persistence::Close}),
            "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
  Request old;
  old.http_1_0 = true;
  EXPECT_EQ(head_of(old, 799, {}, {Length::UntilClose, 0, Persistence::Close}),
            "HTTP/1.0 799 status code 799\r\n\r\n");
}

TEST(ResponseHead, LetsNoValueBreakOutOfItsLine) {
  Headers headers;
  headers.add("X", "a\r\nY: b");
  EXPECT_EQ(head_of({}, 204, headers, {}), "HTTP/1.1 204 No Content\r\nX: a  Y: b\r\n\r\n");
}

TEST(ResponseHead, WritesDatesAsHttpWantsThem) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(1795412202), "Mon, 23 Nov 2026 05:36:42 GMT");
}

}  // namespace
}  // namespace kaudit::apiserver::http
