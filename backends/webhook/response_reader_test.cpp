#include "backends/webhook/response_reader.hpp"

#include <gtest/gtest.h>

namespace kaudit::backends::webhook {
namespace {

using State = ResponseReader::State;

/// Reads the text in pieces of `step` bytes; `ends` closes the connection behind it.
ResponseReader read(std::string_view text, bool ends = false, std::size_t step = 1) {
  ResponseReader reader;
  for (std::size_t at = 0; at < text.size(); at += step) reader.feed(text.substr(at, step));
  if (ends) reader.end_of_input();
  return reader;
}

std::string error_of(std::string_view text) {
  const auto whole = read(text, true, text.size() + 1);
  const auto pieces = read(text, true);
  EXPECT_EQ(whole.state(), State::Malformed);
  EXPECT_EQ(whole.error(), pieces.error());
  return whole.error();
}

TEST(ResponseReaderTest, ReadsAnAnswerWhateverItsPieces) {
  for (const std::size_t step : {1U, 2U, 7U, 1000U}) {
    const auto reader = read(
        "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Type:  text/plain\r\n"
        "Content-Length: 5\r\n\r\nhello",
        false, step);
    ASSERT_EQ(reader.state(), State::Done) << step;
    EXPECT_EQ(reader.response().status, 429);
    EXPECT_EQ(reader.response().retry_after, "1");
    EXPECT_EQ(reader.response().content_type, "text/plain");
    EXPECT_EQ(reader.response().body, "hello");
    EXPECT_TRUE(reader.keeps_alive());
  }
}

TEST(ResponseReaderTest, KnowsEveryEndOfABody) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").state(), State::Done);
  EXPECT_EQ(read("HTTP/1.1 204 X\r\n\r\n").state(), State::Done);
  EXPECT_EQ(read("HTTP/1.1 304 X\r\nContent-Length: 10\r\n\r\n").state(), State::Done);
  const auto chunked =
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.response().body, "abcde");
  EXPECT_TRUE(chunked.keeps_alive());
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\nabc").state(), State::NeedMore);
  const auto to_end = read("HTTP/1.1 200 OK\r\n\r\nabc", true);
  EXPECT_EQ(to_end.state(), State::Done);
  EXPECT_EQ(to_end.response().body, "abc");
  EXPECT_FALSE(to_end.keeps_alive());
}

TEST(ResponseReaderTest, PassesInterimAnswersOver) {
  const auto reader = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nRetry-After: "
      "4\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
      false, 1000);
  EXPECT_EQ(reader.state(), State::Done);
  EXPECT_EQ(reader.response().status, 200);
  EXPECT_EQ(reader.response().retry_after, "");
}

TEST(ResponseReaderTest, AConnectionIsOfNoMoreUseWhenTheAnswerSaysSoOrMoreCame) {
  EXPECT_FALSE(
      read("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").keeps_alive());
  EXPECT_FALSE(read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keeps_alive());
  EXPECT_TRUE(
      read("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").keeps_alive());
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore", false, 99).keeps_alive());
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxmore", false, 99).keeps_alive());
  EXPECT_FALSE(read("HTTP/1.1 101 X\r\n\r\n").keeps_alive());
}

TEST(ResponseReaderTest, ErrorsAreWordedAsGoWordsThem) {
  EXPECT_EQ(error_of(""), "EOF");
  EXPECT_EQ(error_of("HTTP/1.1 200"), "unexpected EOF");
  EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"), "unexpected EOF");
  EXPECT_EQ(error_of("what is this\r\n\r\n"), "malformed HTTP status code \"is\"");
  EXPECT_EQ(error_of("garbage\r\n"), "malformed HTTP response \"garbage\"");
  EXPECT_EQ(error_of("HTTP/x 200 OK\r\n\r\n"), "malformed HTTP version \"HTTP/x\"");
  EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
            "malformed MIME header line: no colon");
  EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "bad Content-Length \"-1\"");
  EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
            "unsupported transfer encoding: \"gzip\"");
}

TEST(ResponseReaderTest, WhatItHoldsIsBounded) {
  ResponseReader endless_head;
  const std::string block(100'000, 'x');
  endless_head.feed("HTTP/1.1 200 OK\r\nA: ");
  for (int i = 0; i < 20; ++i) endless_head.feed(block);
  EXPECT_EQ(endless_head.state(), State::Malformed);

  ResponseReader endless_body;
  endless_body.feed("HTTP/1.1 500 X\r\n\r\n");
  for (int i = 0; i < 50; ++i) endless_body.feed(block);
  EXPECT_EQ(endless_body.state(), State::Done);
  EXPECT_EQ(endless_body.response().body.size(), ResponseReader::kMaxKeptBody);
  EXPECT_FALSE(endless_body.keeps_alive());
}

}  // namespace
}  // namespace kaudit::backends::webhook
