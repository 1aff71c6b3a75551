#include "base/http1/transfer_coding.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit::http1 {
namespace {

using State = BodyDecoder::State;

struct Decoded {
  State state;
  std::string body;
  std::string rest;  ///< of the input
};

/// Feeds the input in pieces of `step` bytes.
Decoded decode(BodyFraming framing, std::string_view input, std::size_t step) {
  BodyDecoder decoder(framing);
  std::string body;
  std::size_t taken = 0;
  for (std::size_t end = 0; end < input.size() && decoder.state() == State::NeedMore;) {
    end = std::min(end + step, input.size());
    taken += decoder.decode(input.substr(taken, end - taken), &body);
  }
  return {decoder.state(), body, std::string(input.substr(taken))};
}

constexpr BodyFraming kChunked{BodyFraming::Kind::Chunked, 0};

TEST(BodyDecoder, TakesAsManyBytesAsAnnounced) {
  BodyDecoder decoder({BodyFraming::Kind::Length, 5});
  EXPECT_EQ(decoder.announced(), 5U);
  std::string body;
  EXPECT_EQ(decoder.decode("ab", &body), 2U);
  EXPECT_EQ(decoder.announced(), 3U);
  EXPECT_EQ(decoder.decode("cdeGET", &body), 3U);
  EXPECT_EQ(decoder.state(), State::Done);
  EXPECT_EQ(body, "abcde");
  EXPECT_EQ(decoder.decode("GET", &body), 0U);
}

TEST(BodyDecoder, IsDoneAtOnceWithoutABody) {
  EXPECT_EQ(BodyDecoder(BodyFraming{}).state(), State::Done);
}

TEST(BodyDecoder, UndoesChunkedCodingHoweverItIsCut) {
  const std::string input =
      "3\r\nabc\r\nA;ext=\"1\"\r\n0123456789\r\n1 \r\n\r\r\n0\r\nX-Sum: 1\r\n more\r\n\r\nGET /";
  for (std::size_t step = 1; step <= input.size(); ++step) {
    const Decoded decoded = decode(kChunked, input, step);
    EXPECT_EQ(decoded.state, State::Done);
    EXPECT_EQ(decoded.body, "abc0123456789\r");
    EXPECT_EQ(decoded.rest, "GET /");
  }
}

/// What a reader hears that waits for the whole body.
std::string fault(std::string_view input, std::size_t step) {
  BodyDecoder decoder(kChunked);
  std::string body;
  for (std::size_t at = 0; at < input.size() && decoder.state() == State::NeedMore;) {
    at += decoder.decode(input.substr(at, step), &body);
  }
  return std::string(decoder.state() == State::Done ? "none" : decoder.fault());
}

// Texts and inputs as Go's own reader gives them for these inputs.
TEST(BodyDecoder, SaysWhatIsWrongAsGoDoes) {
  const std::string digits(16, '0');
  const std::string long_line(5000, 'e');
  for (const auto& [input, text] : std::vector<std::pair<std::string, std::string>>{
           {"3;" + long_line + "\r\nabc", "header line too long"},
           {"3\nabc\r\n", "chunked line ends with bare LF"},
           {"3\r\r\nabc\r\n", "invalid CR in chunked line"},
           {"\r\n", "empty hex number for chunk length"},
           {";ext\r\n", "empty hex number for chunk length"},
           {"xyz\r\n", "invalid byte in chunk length"},
           {"0x3\r\nabc", "invalid byte in chunk length"},
           {" 3\r\nabc", "invalid byte in chunk length"},
           {digits + "3\r\nabc", "http chunk length too large"},
           {digits + "x\r\nabc", "invalid byte in chunk length"},
           {digits + "3x\r\nabc", "http chunk length too large"},
           {"3\r\nabcdef", "malformed chunked encoding"},
           {"3\r\nabc", "unexpected EOF"},
           {"3\r\nab", "unexpected EOF"},
           {"3", "unexpected EOF"},
           {"", "unexpected EOF"},
           {"0\r\n", "http: unexpected EOF reading trailer"},
           {"0\r\nX: " + long_line, "http: suspiciously long trailer after chunked body"},
           {"0\r\nno colon\r\n\r\n", "malformed MIME header: missing colon: \"no colon\""},
           {"0\r\n X: y\r\n\r\n", "malformed MIME header initial line: \" X: y\""},
           {"0\r\nX: \x01\r\n\r\n", "malformed MIME header line: \"X: \\x01\""},
           {"0\r\n\r\n", "none"}}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{512}, input.size() + 1}) {
      EXPECT_EQ(fault(input, step), text) << input.substr(0, 40);
    }
  }
  std::string padded;
  for (int i = 0; i < 5000; ++i) padded += "1;" + std::string(100, 'e') + "\r\na\r\n";
  EXPECT_EQ(fault(padded, 512), "chunked encoding contains too much non-data");
}

TEST(BodyDecoder, RefusesBrokenChunkedCoding) {
  for (const std::string_view input :
       {"\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 ;x\r\n", ";x\r\n", "3\nabc",
        "3\r\rabc", "3\r\nabcX", "3\r\nabc\n", "3\r\nabc\rX\r\n", "00000000000000001\r\n",
        "0\r\nno colon\r\n", "0\r\n X: y\r\n", "0\r\nX: \x01\r\n", "0\r\n\n"}) {
    for (const std::size_t step : {std::size_t{1}, input.size()}) {
      EXPECT_EQ(decode(kChunked, input, step).state, State::Malformed) << input;
    }
  }
}

TEST(BodyDecoder, BoundsWhatIsNoBody) {
  const auto state = [](const std::string& input) { return decode(kChunked, input, 512).state; };
  EXPECT_EQ(state("3;" + std::string(5000, 'e')), State::Malformed);
  EXPECT_EQ(state("0\r\nX: " + std::string(5000, 'e')), State::Malformed);
  std::string padded;
  std::string honest;
  for (int i = 0; i < 5000; ++i) {
    padded += "1;" + std::string(100, 'e') + "\r\na\r\n";
    honest += "1\r\na\r\n";
  }
  EXPECT_EQ(state(padded), State::Malformed);
  EXPECT_EQ(state(honest + "0\r\n\r\n"), State::Done);
}

TEST(BodyDecoder, DropsWhatNobodyWants) {
  BodyDecoder decoder(kChunked);
  const std::string_view input = "3\r\nabc\r\n0\r\n\r\n";
  EXPECT_EQ(decoder.decode(input, nullptr), input.size());
  EXPECT_EQ(decoder.state(), State::Done);
}

}  // namespace
}  // namespace kaudit::http1
