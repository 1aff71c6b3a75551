// HTTP/2 without a socket: what clients send wrongly or too much of, byte by byte.
#include "apiserver/http/http2/http2_session.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace kaudit::apiserver::http {
namespace {

using Clock = Http2Session::Clock;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::string_view kGetFields("\x82\x84\x87\x41\x01\x61", 6);   // GET https://a/
constexpr std::string_view kPostFields("\x83\x84\x87\x41\x01\x61", 6);  // POST https://a/
constexpr std::string_view kOneHeader("\x40\x01x\x01y", 5);             // x: y

constexpr char kData = 0;
constexpr char kHeaders = 1;
constexpr char kReset = 3;
constexpr char kSettings = 4;
constexpr char kPing = 6;
constexpr char kGoaway = 7;
constexpr char kWindowUpdate = 8;
constexpr char kContinuation = 9;
constexpr char kEndStream = 1;
constexpr char kAcknowledged = 1;
constexpr char kEndHeaders = 4;

/// `user-agent: x`, to be remembered by nobody (RFC 7541 section 6.2.2).
constexpr std::string_view kAgentField = "\x0f\x2b\x01x";

constexpr std::uint32_t kEnhanceYourCalm = 11;
constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kCancelled = 8;

std::string four_bytes(std::uint32_t number) {
  return {static_cast<char>(number >> 24U), static_cast<char>(number >> 16U),
          static_cast<char>(number >> 8U), static_cast<char>(number)};
}

std::string frame(char type, char flags, std::uint32_t stream, std::string_view payload = {}) {
  return four_bytes(static_cast<std::uint32_t>(payload.size())).substr(1) + type + flags +
         four_bytes(stream) + std::string(payload);
}

/// A session whose client has said hello, and what it has to say.
class ServedSession {
 public:
  explicit ServedSession(const Http2Limits& limits = {}) : session_(limits) {
    receive(std::string(kPreface) + frame(kSettings, 0, 0));
    said();
    receive(frame(kSettings, kAcknowledged, 0));  // from now on it may use our limits
  }
  Http2Session* operator->() { return &session_; }
  void receive(std::string_view bytes, Clock::time_point now = {}) { session_.receive(bytes, now); }
  std::string said() {
    std::string out;
    session_.collect(out, std::size_t{1} << 24U);
    return out;
  }
  /// The payload of the first frame of this type among what it has to say; "" when there is none.
  std::string said(char type) {
    const std::string out = said();
    for (std::size_t at = 0; at + 9 <= out.size();) {
      const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(out[at + i]); };
      const std::size_t size = std::size_t{byte(0)} << 16U | std::size_t{byte(1)} << 8U | byte(2);
      if (out[at + 3] == type) return out.substr(at + 9, size);
      at += 9 + size;
    }
    return {};
  }
  /// The code of the GOAWAY that it sends; 0 when there is none.
  std::uint32_t goodbye() {
    const std::string payload = said(kGoaway);
    return payload.empty() ? 0 : static_cast<unsigned char>(payload[7]);
  }

 private:
  Http2Session session_;
};

TEST(Http2Session, AnnouncesTheLimitsOfKubeApiserver) {
  Http2Session session{Http2Limits{}};
  std::string out;
  session.collect(out, 1024);
  const auto has = [&](std::uint16_t setting, std::uint32_t value) {
    return out.find(four_bytes(setting).substr(2) + four_bytes(value)) != std::string::npos;
  };
  EXPECT_TRUE(has(3, 100));         // MAX_CONCURRENT_STREAMS
  EXPECT_TRUE(has(4, 256 * 1024));  // INITIAL_WINDOW_SIZE
  EXPECT_TRUE(has(5, 256 * 1024));  // MAX_FRAME_SIZE
  EXPECT_TRUE(has(6, 1 << 20));     // MAX_HEADER_LIST_SIZE
}

TEST(Http2Session, GivesARequestWhenItsHeadIsWhole) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndStream, 1, kGetFields.substr(0, 3)));
  EXPECT_TRUE(session->take_started().empty());
  session.receive(frame(kContinuation, kEndHeaders, 1, kGetFields.substr(3)));
  const auto started = session->take_started();
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(started[0]->request.method, "GET");
  EXPECT_EQ(started[0]->request.target, "/");
  EXPECT_EQ(started[0]->request.headers.first("Host"), "a");
  EXPECT_TRUE(started[0]->body_ended);
}

TEST(Http2Session, RecognizesHeaderLinesThatComeAgain) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndStream | kEndHeaders, 1, kGetFields));
  session.receive(frame(kHeaders, kEndStream | kEndHeaders, 3, kGetFields));
  session.receive(
      frame(kHeaders, kEndStream | kEndHeaders, 5, std::string(kGetFields).append(kAgentField)));
  const auto started = session->take_started();
  ASSERT_EQ(started.size(), 3U);
  const std::uint64_t first = started[0]->request.lines_id;
  EXPECT_NE(first, 0U);
  EXPECT_EQ(started[1]->request.lines_id, first);
  EXPECT_NE(started[2]->request.lines_id, first);
  EXPECT_EQ(started[2]->request.headers.first("user-agent"), "x");
}

TEST(Http2Session, OpensAWindowOnlyAsABodyIsTaken) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndHeaders, 1, kPostFields));
  const auto stream = session->take_started().at(0);
  session.receive(frame(kData, 0, 1, std::string(200 * 1024, 'x')));
  EXPECT_EQ(session.said(kWindowUpdate), "");
  std::string body;
  session->take_body(*stream, body);
  EXPECT_EQ(body.size(), 200U * 1024);
  EXPECT_NE(session.said(kWindowUpdate), "");
}

TEST(Http2Session, ClosesAStreamThatIsSentMoreThanItsWindow) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndHeaders, 1, kPostFields));
  const auto stream = session->take_started().at(0);
  session.receive(frame(kData, 0, 1, std::string(200 * 1024, 'x')));
  session.receive(frame(kData, 0, 1, std::string(100 * 1024, 'x')));
  session.said();
  EXPECT_LE(stream->body.size(), std::size_t{Http2Session::kStreamBytes});
  EXPECT_TRUE(stream->closed || session->finished());
}

TEST(Http2Session, TellsWhatTheClientResetAStreamWith) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndHeaders, 1, kPostFields) +
                  frame(kReset, 0, 1, four_bytes(kCancelled)));
  const auto stream = session->take_started().at(0);
  EXPECT_TRUE(stream->closed);
  EXPECT_EQ(stream->fault, "stream error: stream ID 1; CANCEL");
}

TEST(Http2Session, RefusesWhatComesAfterTheEndOfAStream) {
  const std::string given_up =
      frame(kHeaders, kEndHeaders, 1, kPostFields) + frame(kReset, 0, 1, four_bytes(kCancelled));
  ServedSession data;
  data.receive(given_up + frame(kData, 0, 1, "late"));
  EXPECT_EQ(data->take_started().at(0)->body, "");
  ServedSession head;
  head.receive(given_up + frame(kHeaders, kEndHeaders, 1, kPostFields));
  EXPECT_EQ(head.goodbye(), kProtocolError);
}

TEST(Http2Session, PassesOverWhatWasUnderWayWhenItResetAStream) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndHeaders, 1, kPostFields));
  session->fail(*session->take_started().at(0));
  EXPECT_NE(session.said(kReset), "");
  session.receive(frame(kData, kEndStream, 1, "late"));
  EXPECT_EQ(session.said(), "");
}

TEST(Http2Session, EndsAConnectionThatIsNotHttp2) {
  Http2Session session{Http2Limits{}};
  session.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", {});
  std::string out;
  session.collect(out, 1024);
  EXPECT_TRUE(session.finished());
}

TEST(Http2Session, EndsAFloodOfPingsAndSettings) {
  for (const char type : {kPing, kSettings}) {
    ServedSession session;
    const std::string one = frame(type, 0, 0, type == kPing ? "12345678" : "");
    int taken = 0;
    while (!session->finished() && taken < 3'000) {
      session.receive(one);
      ++taken;
      if (session.goodbye() == kEnhanceYourCalm) break;
    }
    EXPECT_LE(taken, Http2FloodGuard::kAtOnce + 1);
    EXPECT_GT(taken, 500);
    EXPECT_TRUE(session->finished());
  }
}

TEST(Http2Session, EndsAFloodOfEmptyData) {
  ServedSession session;
  session.receive(frame(kHeaders, kEndHeaders, 1, kPostFields));
  const std::string one = frame(kData, 0, 1);
  for (int i = 0; i < 2'000 && !session->finished(); ++i) session.receive(one);
  EXPECT_EQ(session.goodbye(), kEnhanceYourCalm);
}

TEST(Http2Session, EndsAFloodOfContinuations) {
  ServedSession session;
  session.receive(frame(kHeaders, 0, 1, kGetFields));
  std::string flood;
  for (int i = 0; i < 1'000; ++i) flood += frame(kContinuation, 0, 1, kOneHeader);
  session.receive(flood);
  session.said();
  EXPECT_TRUE(session->finished());
  EXPECT_TRUE(session->take_started().empty());
}

TEST(Http2Session, EndsRapidResets) {
  ServedSession session;
  std::uint32_t id = 1;
  // nghttp2 counts them by its own clock: a slow run gets further, and comes to the end too.
  for (; id < 200'000 && !session->finished(); id += 2) {
    session.receive(frame(kHeaders, kEndHeaders | kEndStream, id, kGetFields) +
                    frame(kReset, 0, id, four_bytes(8)));
    session.said();
  }
  EXPECT_TRUE(session->finished());
  EXPECT_FALSE(session->has_streams());
}

TEST(Http2Session, KeepsNothingOfAHeadBeyondTheLimit) {
  ServedSession session(Http2Limits{.header_limit = 1024});
  std::string head(kGetFields);
  // Literals without indexing: one of 700 bytes is within the limit, two are not.
  for (const char name : {'a', 'b', 'c'}) {
    head += std::string("\x00\x01", 2) + name + "\x7f\xbd\x04" + std::string(700, 'v');
  }
  session.receive(frame(kHeaders, kEndHeaders | kEndStream, 1, head));
  const auto stream = session->take_started().at(0);
  EXPECT_TRUE(stream->head_too_large);
  EXPECT_TRUE(stream->request.headers.has("a"));
  EXPECT_FALSE(stream->request.headers.has("c"));
}

TEST(Http2Session, RefusesHeadersOfConnections) {
  ServedSession session;
  std::string head(kGetFields);
  head += std::string("\x00\x0a", 2) + "connection" + "\x05" + "close";
  session.receive(frame(kHeaders, kEndHeaders | kEndStream, 1, head));
  EXPECT_TRUE(session->take_started().empty());
  EXPECT_EQ(session.said(kReset), four_bytes(kProtocolError));
}

TEST(Http2FloodGuard, FillsUpWithTime) {
  Http2FloodGuard guard;
  const Clock::time_point begin = Clock::time_point{} + std::chrono::hours(1);
  for (int i = 0; i < Http2FloodGuard::kAtOnce; ++i) ASSERT_TRUE(guard.allows(begin));
  EXPECT_FALSE(guard.allows(begin));
  const Clock::time_point later = begin + std::chrono::seconds(1);
  for (int i = 0; i < Http2FloodGuard::kASecond; ++i) ASSERT_TRUE(guard.allows(later));
  EXPECT_FALSE(guard.allows(later));
  EXPECT_TRUE(guard.allows(later + std::chrono::hours(1)));
}

}  // namespace
}  // namespace kaudit::apiserver::http
