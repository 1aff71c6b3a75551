// Receivers that misbehave for as long as one listens to them: each exchange ends by its deadline
// or a bound, and giving up ends it at once. A test that hung would be ended by ctest.
#include "base/client/http_client.hpp"

#include <functional>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/descriptor.hpp"
#include "backends/webhook/testing/receiver.hpp"
#include "base/testing/wait.hpp"

namespace kaudit::backends::webhook {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Answers every request with `first`, and then with `piece` for as long as the peer takes it,
/// `pause` between them; with end() or a peer that has gone it is over.
testing::Reply without_end(std::string first, std::string piece,
                           std::chrono::milliseconds pause = 0ms) {
  testing::Reply reply{std::move(first), testing::Reply::Then::GoOn};
  reply.piece = std::move(piece);
  reply.pause = pause;
  return reply;
}

struct HttpClientTest : ::testing::Test {
  client::GiveUpSignal signal;

  static std::unique_ptr<client::HttpClient> client_of(const testing::Receiver& receiver) {
    client::ClientConfig config;
    config.server = client::parse_server("http://" + receiver.address() + "/x").value();
    return client::HttpClient::make(std::move(config)).value();
  }
  client::Outcome<client::Response> post(const testing::Receiver& receiver,
                                         std::chrono::milliseconds patience) {
    return client_of(receiver)->post("{}", {std::chrono::steady_clock::now() + patience, signal});
  }
  static std::string text_of(const client::Outcome<client::Response>& answer) {
    return answer ? "an answer" : answer.error().text;
  }
};

const std::string kHead = "HTTP/1.1 500 X\r\n";
const std::string kChunked = kHead + "Transfer-Encoding: chunked\r\n\r\n";

TEST_F(HttpClientTest, TheSixthInterimAnswerIsAnError) {
  for (const char* interim :
       {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Hints\r\nA: b\r\n\r\n"}) {
    testing::Receiver receiver([&](int) { return without_end("", interim); });
    const auto answer = post(receiver, 1h);
    EXPECT_THAT(text_of(answer), HasSubstr("too many 1xx informational responses"));
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().reason, client::FailureReason::Network);
  }
}

TEST_F(HttpClientTest, FiveInterimAnswersArePassedOver) {
  std::string five;
  for (int i = 0; i < 5; ++i) five += "HTTP/1.1 100 Continue\r\n\r\n";
  testing::Receiver receiver(
      [&](int) { return testing::Reply{five + "HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n"}; });
  EXPECT_EQ(post(receiver, 1h).value().status, 202);
}

TEST_F(HttpClientTest, AHeadWithoutEndIsAnError) {
  for (const std::string& piece :
       {std::string("A: b\r\n"), std::string(1000, 'x'), "B: " + std::string(900, 'y') + "\r\n"}) {
    testing::Receiver receiver([&](int) { return without_end(kHead + "C: ", piece); });
    EXPECT_THAT(text_of(post(receiver, 1h)), HasSubstr("server response headers exceeded"));
  }
}

TEST_F(HttpClientTest, ABodyWithoutEndIsCutAndItsHeadCounts) {
  const std::string kilobyte(1024, 'x');
  const std::vector<testing::Reply> replies = {
      without_end(kHead + "\r\n", kilobyte),
      without_end(kHead + "Content-Length: 99999999999\r\n\r\n", kilobyte),
      without_end(kChunked, "400\r\n" + kilobyte + "\r\n"),
      without_end(kChunked + "1;", kilobyte),  // a chunk's extension
      without_end(kChunked + "0\r\n", "Trailer: of many\r\n"),
  };
  for (const auto& reply : replies) {
    SCOPED_TRACE(reply.bytes + reply.piece.substr(0, 20));
    testing::Receiver receiver([&](int) { return reply; });
    const auto answer = post(receiver, 1h);
    ASSERT_TRUE(answer.has_value()) << text_of(answer);
    EXPECT_EQ(answer->status, 500);
    EXPECT_LE(answer->body.size(), 64U * 1024);
  }
}

TEST_F(HttpClientTest, DrippingBytesDoNotHoldTheDeadlineOff) {
  const std::vector<testing::Reply> replies = {
      without_end("", "", 1ms),
      without_end("HTTP/1.1 200 OK\r\nA: ", "x", 1ms),
      without_end("HTTP/1.1 200 OK\r\n\r\n", "x", 1ms),
      without_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 1ms),
      without_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "x", 1ms),
  };
  for (const auto& reply : replies) {
    SCOPED_TRACE(reply.bytes);
    testing::Receiver receiver([&](int) { return reply; });
    const auto answer = post(receiver, 100ms);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().reason, client::FailureReason::Timeout);
    EXPECT_THAT(answer.error().text, HasSubstr("context deadline exceeded"));
  }
}

TEST_F(HttpClientTest, GivingUpCutsWhateverIsComing) {
  for (const auto& reply : {without_end("", "", 1ms), without_end(kHead + "A: ", "x", 1ms),
                            without_end(kChunked + "1;", "x", 1ms)}) {
    SCOPED_TRACE(reply.bytes);
    testing::Receiver receiver([&](int) { return reply; });
    client::GiveUpSignal give_up;
    const auto client = client_of(receiver);
    std::thread giver([&] {
      kaudit::testing::wait_for("a request", [&] { return !receiver.requests().empty(); });
      give_up.raise();
    });
    const auto answer = client->post("{}", {std::chrono::steady_clock::now() + 1h, give_up});
    giver.join();
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().reason, client::FailureReason::Shutdown);
  }
}

TEST_F(HttpClientTest, AKeptConnectionThatEndsWithoutAnAnswerIsOneTry) {
  for (const auto then : {testing::Reply::Then::Close, testing::Reply::Then::Reset}) {
    testing::Receiver receiver([then](int n) {
      return n == 0 ? testing::Reply::status(200) : testing::Reply{"", then};
    });
    const auto client = client_of(receiver);
    const client::Patience patience{std::chrono::steady_clock::now() + 1h, signal};
    ASSERT_TRUE(client->post("{}", patience).has_value());
    const auto answer = client->post("{}", patience);
    EXPECT_THAT(text_of(answer), then == testing::Reply::Then::Close
                                     ? HasSubstr(": EOF")
                                     : HasSubstr("read: connection reset by peer"));
    EXPECT_EQ(receiver.requests().size(), 2U);
    EXPECT_EQ(receiver.connections(), 1);
  }
}

TEST_F(HttpClientTest, APortThatCannotBeIsNamed) {
  client::ClientConfig config;
  config.server = client::parse_server("http://127.0.0.1:70000/x").value();
  const auto client = client::HttpClient::make(std::move(config)).value();
  const auto answer = client->post("{}", {std::chrono::steady_clock::now() + 1h, signal});
  EXPECT_EQ(text_of(answer),
            "Post \"http://127.0.0.1:70000/x?timeout=30s\": dial tcp: address 70000: invalid port");
}

}  // namespace
}  // namespace kaudit::backends::webhook
