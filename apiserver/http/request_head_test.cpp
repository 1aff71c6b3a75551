#include "apiserver/http/request_head.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit::apiserver::http {
namespace {

using Progress = RequestHeadParser::Progress;

constexpr std::size_t kLimit = 4096;

/// "" when accepted, else the status the client gets; the same whether the bytes come at once or
/// one by one.
std::string verdict(std::string_view input, LeadingNewlines newlines = LeadingNewlines::Refuse) {
  RequestHeadParser at_once(kLimit, newlines);
  const Progress progress = at_once.parse(input);
  RequestHeadParser by_byte(kLimit, newlines);
  Progress later = Progress::NeedMore;
  for (std::size_t size = 1; size <= input.size() && later == Progress::NeedMore; ++size) {
    later = by_byte.parse(input.substr(0, size));
  }
  EXPECT_EQ(progress, later) << input;
  EXPECT_EQ(at_once.refusal().status, by_byte.refusal().status) << input;
  EXPECT_EQ(at_once.head().request.headers.lines().size(),
            by_byte.head().request.headers.lines().size());
  return progress == Progress::NeedMore ? "needs more" : at_once.refusal().status;
}

RequestHead parse(std::string_view input) {
  RequestHeadParser parser(kLimit);
  EXPECT_EQ(parser.parse(input), Progress::Done) << parser.refusal().status;
  return std::move(parser.head());
}

/// A head with `line` after a good Host.
std::string with(std::string_view line, std::string_view version = "1.1") {
  return "GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n";
}

TEST(RequestHead, OfAUsedHeadOnlyTheMemoryIsLeft) {
  RequestHead used = parse(
      "POST /a/long/enough/path/that/allocates HTTP/1.0\r\nHost: other\r\nX-One: 1\r\n"
      "Content-Length: 7\r\nExpect: nothing\r\n\r\n");
  used.request.peer.address = "10.0.0.1:1";
  const char* const memory = used.request.target.data();
  RequestHeadParser parser(kLimit, LeadingNewlines::Refuse, {std::move(used), ""});
  ASSERT_EQ(parser.parse("GET /this/path/is/not/short/either HTTP/1.1\r\nHost: a\r\n\r\n"),
            Progress::Done);
  const RequestHead& head = parser.head();
  EXPECT_EQ(head.request.target.data(), memory);
  EXPECT_EQ(head.request.target, "/this/path/is/not/short/either");
  EXPECT_EQ(head.request.method, "GET");
  ASSERT_EQ(head.request.headers.lines().size(), 1U);
  EXPECT_EQ(head.request.headers.first("Host"), "a");
  EXPECT_EQ(head.request.peer.address, "");
  EXPECT_FALSE(head.request.http_1_0);
  EXPECT_EQ(head.expectation, Expectation::None);
  EXPECT_EQ(head.persistence, Persistence::KeepAlive);
  EXPECT_EQ(head.body.kind, http1::BodyFraming::Kind::None);
}

/// What there is to say of a head.
std::string described(const RequestHead& head) {
  const Request& request = head.request;
  std::string text = request.method + ' ' + request.target + (request.http_1_0 ? " 1.0" : " 1.1");
  for (const Header line : request.headers.lines()) {
    text.append("\n").append(line.name).append("=").append(line.value);
  }
  return text + '\n' + std::to_string(static_cast<int>(head.body.kind)) + ' ' +
         std::to_string(head.body.length) + ' ' +
         std::to_string(static_cast<int>(head.expectation)) + ' ' +
         std::to_string(static_cast<int>(head.persistence));
}

/// Of the second head on a connection: what was said of it, and how many bytes it had; or the
/// refusal.
std::string second(std::string_view first, std::string_view input, std::size_t limit = kLimit) {
  RequestHeadParser before(kLimit);
  EXPECT_EQ(before.parse(first), Progress::Done) << first;
  UsedHead used{std::move(before.head()), before.take_lines()};
  RequestHeadParser parser(limit, LeadingNewlines::Refuse, std::move(used));
  if (parser.parse(input) != Progress::Done) return parser.refusal().status;
  return described(parser.head()) + ' ' + std::to_string(parser.size());
}

TEST(RequestHead, IsReadAlikeBehindAnyOther) {
  const std::vector<std::string> lines = {
      "Host: a\r\n\r\n",
      "Host: a\r\nUser-Agent: x\r\n folded\r\nContent-Length: 7\r\n\r\n",
      "Host: a\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n",
      "Host: a\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n",
      "Host: a\r\nConnection: close\r\nExpect: wonders\r\n\r\n",
      "Connection: keep-alive\r\n\r\n",
      "\r\n",
  };
  std::vector<std::string> heads;
  for (const std::string& some : lines) {
    for (const std::string_view line :
         {"GET /one HTTP/1.1", "POST /two HTTP/1.1", "GET / HTTP/1.0", "CONNECT a HTTP/1.1"}) {
      heads.push_back(std::string(line) + "\r\n" + some);
    }
  }
  for (const std::string& first : heads) {
    if (RequestHeadParser(kLimit).parse(first) != Progress::Done) continue;
    for (const std::string& input : heads) {
      const std::string behind = input + "body";
      EXPECT_EQ(second(first, behind), second("GET / HTTP/1.1\r\nHost: other\r\n\r\n", behind))
          << first << input;
    }
  }
}

TEST(RequestHead, HasTheNumberOfTheOneBeforeWhenItsLinesAreTheSame) {
  const auto id_behind = [](UsedHead used, std::string_view input) {
    RequestHeadParser parser(kLimit, LeadingNewlines::Refuse, std::move(used));
    EXPECT_EQ(parser.parse(input), Progress::Done);
    return UsedHead{std::move(parser.head()), parser.take_lines()};
  };
  const UsedHead one = id_behind({}, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const UsedHead same = id_behind(one, "POST /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  const UsedHead other = id_behind(one, "GET /1 HTTP/1.1\r\nHost: b\r\n\r\n");
  const UsedHead unknown = id_behind(one, "GET /1 HTTP/1.0\r\nHost: a\r\n\r\n");
  EXPECT_NE(one.head.request.lines_id, 0U);
  EXPECT_EQ(same.head.request.lines_id, one.head.request.lines_id);
  EXPECT_NE(other.head.request.lines_id, one.head.request.lines_id);
  EXPECT_NE(other.head.request.lines_id, 0U);
  EXPECT_EQ(unknown.head.request.lines_id, 0U);
}

TEST(RequestHead, IsHeldToItsLimitAlsoWhenItsLinesAreKnown) {
  const std::string head = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_NE(second(head, head, head.size()).find("Host=a"), std::string::npos);
  EXPECT_EQ(second(head, head, head.size() - 1), "431 Request Header Fields Too Large");
}

TEST(RequestHead, WhoseLinesAreLongIsNotKept) {
  const std::string head =
      "GET /a HTTP/1.1\r\nHost: a\r\nX: " + std::string(8192, 'x') + "\r\n\r\n";
  RequestHeadParser parser(head.size());
  ASSERT_EQ(parser.parse(head), Progress::Done);
  EXPECT_EQ(parser.take_lines(), "");
}

TEST(RequestHead, TakesMethodTargetAndHeadersAsSent) {
  RequestHeadParser parser(kLimit);
  const std::string head =
      "bReW /a\"<b>%zz\xff?x=#y HTTP/1.1\r\nHOST: a\r\nX-One:  1 \t\r\nx-one:2\r\n\r\n";
  ASSERT_EQ(parser.parse(head + "next"), Progress::Done);
  EXPECT_EQ(parser.size(), head.size());
  const Request& request = parser.head().request;
  EXPECT_EQ(request.method, "bReW");
  EXPECT_EQ(request.target, "/a\"<b>%zz\xff?x=#y");
  EXPECT_EQ(request.headers.all("X-ONE"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(request.headers.lines()[1].name, "X-One");
}

TEST(RequestHead, RefusesMalformedRequestLinesBeforeTheRestHasCome) {
  for (const std::string_view line :
       {"", "GARBAGE", "GET /", "GET  / HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ",
        "GET / x HTTP/1.1", "G@T / HTTP/1.1", "GET /a\tb HTTP/1.1", "GET /a\x7f HTTP/1.1",
        "GET / http/1.1", "GET / HTTP/1.10", "GET / HTTP/11", "GET / HTTP/x.1",
        "GET / HTTP/1.1\r"}) {
    EXPECT_EQ(verdict(std::string(line) + "\r\n"), "400 Bad Request") << line;
  }
}

TEST(RequestHead, RefusesVersionsOtherThanOne) {
  for (const std::string_view version : {"0.9", "2.0", "3.1"}) {
    EXPECT_EQ(verdict(with("X: y", version)),
              "505 HTTP Version Not Supported: unsupported protocol version");
  }
  EXPECT_EQ(verdict("PRI * HTTP/2.0\r\n\r\n"),
            "505 HTTP Version Not Supported: unsupported protocol version");
  EXPECT_EQ(verdict(with("X: y", "1.7")), "");
}

TEST(RequestHead, RefusesMalformedHeaderLines) {
  using namespace std::string_literals;
  for (const std::string& line : {"nocolon"s, ": empty"s, "X\x01: y"s, "X(: y"s, "X-\xc3\xa9: y"s,
                                  "X: a\x01"s, "X: a\0b"s, "X: a\x7f"s, "X: a\rb"s, "X\n: y"s}) {
    EXPECT_EQ(verdict(with(line)), "400 Bad Request") << line;
  }
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), "400 Bad Request");
  EXPECT_EQ(verdict(with("X : y")), "400 Bad Request: invalid header name");
  EXPECT_EQ(verdict(with("X: \x80\xff\t\xc3\xa9 ~")), "");
}

TEST(RequestHead, WantsOneHostOfSensibleBytes) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n\r\n"), "400 Bad Request: missing required Host header");
  EXPECT_EQ(verdict(with("Host: a")), "400 Bad Request");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
            "400 Bad Request: malformed Host header");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), "");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "");
  EXPECT_EQ(verdict("GET / HTTP/1.0\r\n\r\n"), "");
  EXPECT_EQ(verdict("CONNECT h:1 HTTP/1.1\r\n\r\n"), "");
}

TEST(RequestHead, JoinsFoldedLines) {
  const RequestHead head = parse(with("X: a\r\n\tb  \r\n   c\r\nY: d"));
  EXPECT_EQ(head.request.headers.first("X"), "a b c");
  EXPECT_EQ(head.request.headers.first("Y"), "d");
  EXPECT_EQ(verdict(with("X: a\r\n b")), "");
}

TEST(RequestHead, TakesBareLineFeeds) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\nHost: a\nX: y\n\n"), "");
}

TEST(RequestHead, SkipsNewlinesOnlyWhereToldTo) {
  const std::string head = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(verdict(head), "400 Bad Request");
  EXPECT_EQ(verdict(head, LeadingNewlines::Skip), "");
  EXPECT_EQ(verdict("\r\n" + head, LeadingNewlines::Skip), "400 Bad Request");
}

TEST(RequestHead, KnowsHowTheBodyIsDelimited) {
  EXPECT_EQ(parse(with("X: y")).body.kind, http1::BodyFraming::Kind::None);
  EXPECT_EQ(parse(with("Content-Length: 0")).body.kind, http1::BodyFraming::Kind::None);
  EXPECT_EQ(parse(with("Content-Length: 007 ")).body.length, 7U);
  EXPECT_EQ(parse(with("Content-Length: 7\r\ncontent-length:\t7")).body.length, 7U);
  EXPECT_EQ(parse(with("Transfer-Encoding: Chunked")).body.kind, http1::BodyFraming::Kind::Chunked);
  const RequestHead both = parse(with("Content-Length: 7\r\nTransfer-Encoding: chunked"));
  EXPECT_EQ(both.body.kind, http1::BodyFraming::Kind::Chunked);
  EXPECT_FALSE(both.request.headers.has("Content-Length"));
  const RequestHead old = parse(with("Transfer-Encoding: gzip\r\nContent-Length: 7", "1.0"));
  EXPECT_EQ(old.body.length, 7U);
}

TEST(RequestHead, RefusesAmbiguousBodies) {
  for (const std::string_view line :
       {"Content-Length:", "Content-Length: -1", "Content-Length: +1", "Content-Length: 0x1",
        "Content-Length: 1_0", "Content-Length: 3, 3", "Content-Length: 9223372036854775808",
        "Content-Length: 99999999999999999999", "Content-Length: 3\r\nContent-Length: 4",
        "Transfer-Encoding: chunked\r\nContent-Length: x",
        "Transfer-Encoding: chunked\r\nTrailer: a, content-length"}) {
    EXPECT_EQ(verdict(with(line)), "400 Bad Request") << line;
  }
  for (const std::string_view line :
       {"Transfer-Encoding:", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"}) {
    EXPECT_EQ(verdict(with(line)), "501 Not Implemented") << line;
  }
}

TEST(RequestHead, KnowsWhetherTheConnectionGoesOn) {
  EXPECT_EQ(parse(with("X: y")).persistence, Persistence::KeepAlive);
  EXPECT_EQ(parse(with("Connection: x, Close")).persistence, Persistence::Close);
  EXPECT_EQ(parse(with("Connection: xclose")).persistence, Persistence::KeepAlive);
  EXPECT_EQ(parse(with("X: y", "1.0")).persistence, Persistence::Close);
  EXPECT_EQ(parse(with("Connection: Keep-Alive", "1.0")).persistence, Persistence::KeepAlive);
}

TEST(RequestHead, KnowsWhatTheClientExpects) {
  const std::string body = "\r\nContent-Length: 3";
  EXPECT_EQ(parse(with("Expect: 100-Continue" + body)).expectation, Expectation::Continue);
  EXPECT_EQ(parse(with("Expect: 100-continue")).expectation, Expectation::None);
  EXPECT_EQ(parse(with("Expect: 100-continue" + body, "1.0")).expectation, Expectation::None);
  EXPECT_EQ(parse(with("Expect: a miracle")).expectation, Expectation::Unsupported);
}

TEST(RequestHead, RefusesHeadsBeyondTheLimit) {
  const std::string_view too_large = "431 Request Header Fields Too Large";
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string fits = start + std::string(kLimit - start.size() - 4, 'x') + "\r\n\r\n";
  EXPECT_EQ(verdict(fits), "");
  EXPECT_EQ(verdict(start + std::string(kLimit - start.size() - 3, 'x') + "\r\n\r\n"), too_large);
  EXPECT_EQ(verdict(start + std::string(kLimit, 'x')), too_large);
  EXPECT_EQ(verdict("GET /" + std::string(kLimit, 'x')), too_large);
}

}  // namespace
}  // namespace kaudit::apiserver::http
