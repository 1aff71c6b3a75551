// What a connection does when a client misbehaves, goes away or is slow.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "apiserver/http/testing/tls_client.hpp"

namespace kaudit::apiserver::http::test {
namespace {

using std::chrono::milliseconds;
using ::testing::EndsWith;

constexpr milliseconds kShort(50);
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Reads the body with a limit of eight bytes and answers with it or with the error.
asio::awaitable<void> read_a_little(Exchange& exchange) {
  auto body = co_await exchange.read_body(8);
  Response response(body ? 200 : 400);
  response.body = body ? *body : "error " + std::to_string(static_cast<int>(body.error()));
  co_await exchange.send(std::move(response));
}
std::string error_text(BodyError error) {
  return "error " + std::to_string(static_cast<int>(error));
}

TEST(Connection, RefusesMalformedRequestsAsNetHttpDoes) {
  TestServer server(echo);
  Client client(server->port());
  client.send("GARBAGE\r\n");
  EXPECT_EQ(client.receive_all(),
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Connection: close\r\n\r\n400 Bad Request");
}

TEST(Connection, RefusesHeadsBeyondTheLimitAlthoughTheClientStillSends) {
  TestServer server(echo);
  Client client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(3'000'000, 'x'));
  EXPECT_EQ(client.receive_all(),
            "HTTP/1.1 431 Request Header Fields Too Large\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
            "431 Request Header Fields Too Large");
}

TEST(Connection, AcceptsHeadsUpToTheLimit) {
  TestServer server(echo);
  Client client(server->port());
  EXPECT_EQ(
      client.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1'000'000, 'x') + "\r\n\r\n")
          .status,
      "200 OK");
  EXPECT_EQ(client.ask(kGet).status, "200 OK");
}

TEST(Connection, ReadsBodiesInOddPieces) {
  TestServer server(echo);
  Client client(server->port());
  const std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n"
      "0\r\n\r\n";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    client.send(request.substr(0, cut));
    client.send(request.substr(cut));
    ASSERT_EQ(client.receive().body, "POST\n/\nabcde");
  }
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n");
  client.send(std::string(700'000, 'x'));
  EXPECT_EQ(client.receive().body, "POST\n/\n" + std::string(700'000, 'x'));
}

TEST(Connection, AnswersExpectContinueBeforeItReadsTheBody) {
  TestServer server(echo);
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.receive(25), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(client.receive().body, "POST\n/\nabc");
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n").status,
            "417 Expectation Failed");
}

TEST(Connection, ClosesWhenTheExpectedContinueNeverCame) {
  TestServer server(
      [](Exchange& exchange) -> asio::awaitable<void> { co_await exchange.send(Response(403)); });
  Client client(server->port());
  const Answer answer =
      client.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(answer.status, "403 Forbidden");
  EXPECT_EQ(answer.headers.first("Connection"), "close");
}

TEST(Connection, ShowsTheAnswerToAClientThatSendsTooMuch) {
  TestServer server(read_a_little);
  {
    Client client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
    client.send(std::string(4'000'000, 'x'));
    const Answer answer = client.receive();
    EXPECT_EQ(answer.body, error_text(BodyError::TooLarge));
    EXPECT_EQ(answer.headers.first("Connection"), "close");
  }
  Client chunked(server->port());
  EXPECT_EQ(chunked
                .ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n"
                     "123456789\r\n0\r\n\r\n")
                .body,
            error_text(BodyError::TooLarge));
  Client exact(server->port());
  EXPECT_EQ(exact.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n12345678").body,
            "12345678");
}

TEST(Connection, ClosesAfterBrokenChunkedCoding) {
  TestServer server(read_a_little);
  Client client(server->port());
  const Answer answer =
      client.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
  EXPECT_EQ(answer.body, error_text(BodyError::Malformed));
  EXPECT_EQ(answer.headers.first("Connection"), "close");
}

TEST(Connection, DropsSmallBodiesNobodyReadAndClosesOnBigOnes) {
  TestServer server(
      [](Exchange& exchange) -> asio::awaitable<void> { co_await exchange.send(Response(200)); });
  Client client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    client.send(std::string(200'000, 'x'));
    ASSERT_EQ(client.receive().status, "200 OK");
  }
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  client.send(std::string(1'000'000, 'x'));
  EXPECT_EQ(client.receive().headers.first("Connection"), "close");
  EXPECT_EQ(client.receive_all(), "");
}

TEST(Connection, GivesUpOnClientsThatAreSlowToAsk) {
  ServerOptions options;
  options.handshake_timeout = kShort;
  TestServer impatient_with_handshakes(echo, options);
  Client no_handshake(impatient_with_handshakes->port(), nullptr, Client::Protocol::Plain);
  EXPECT_EQ(no_handshake.receive_all(), "");

  options = {};
  options.header_timeout = kShort;
  TestServer impatient_with_heads(echo, options);
  Client no_request(impatient_with_heads->port());
  EXPECT_EQ(no_request.receive_all(), "");
  Client half_a_head(impatient_with_heads->port());
  half_a_head.send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(half_a_head.receive_all(), "");
}

TEST(Connection, GivesUpOnClientsThatStopAsking) {
  ServerOptions options;
  options.idle_timeout = kShort;
  TestServer server(read_a_little, options);
  Client idle(server->port());
  EXPECT_EQ(idle.ask(kGet).status, "200 OK");
  EXPECT_EQ(idle.receive_all(), "");
  Client half_a_body(server->port());
  EXPECT_EQ(half_a_body.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab").body,
            error_text(BodyError::Timeout));
}

TEST(Connection, GivesUpOnClientsThatDoNotRead) {
  Event gone;
  ServerOptions options;
  options.write_timeout = kShort;
  TestServer server(
      [&](Exchange& exchange) -> asio::awaitable<void> {
        const std::string piece(std::size_t{1} << 20U, 'x');
        co_await exchange.begin(200, {});
        while (!exchange.client_gone()) {
          co_await exchange.write(piece);
        }
        gone.set();
      },
      options);
  Client client(server->port());
  client.send(kGet);
  EXPECT_TRUE(gone.wait());
}

TEST(Connection, TellsTheHandlerWhenTheClientGoes) {
  Event started;
  Event noticed;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.read_body(100);
    started.set();
    co_await wait_until_gone(exchange);
    EXPECT_TRUE(exchange.client_gone());
    noticed.set();
    co_await exchange.send(Response(200));
  });
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_TRUE(started.wait());
  client.vanish();
  EXPECT_TRUE(noticed.wait());
}

TEST(Connection, AnswersClientsThatHaveOnlyStoppedSending) {
  Event noticed;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    co_await wait_until_gone(exchange);
    noticed.set();
    co_await exchange.send(Response(200, {}, "still"));
  });
  Client client(server->port());
  client.send(kGet);
  SSL_shutdown(client.tls());
  EXPECT_TRUE(noticed.wait());
  EXPECT_THAT(client.receive_all(), EndsWith("\r\n\r\nstill"));
}

TEST(Connection, NoticesTheEndBehindPipelinedRequests) {
  Event noticed;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/wait") {
      co_await wait_until_gone(exchange);
      noticed.set();
    }
  });
  Client client(server->port());
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  client.vanish();
  EXPECT_TRUE(noticed.wait());
}

asio::awaitable<void> stream_until_gone(Exchange& exchange) {
  co_await exchange.begin(200, {});
  co_await wait_until_gone(exchange);
}

TEST(Connection, NoticesTheEndOfAStreamWhateverTheClientStillSent) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  const auto announced = [&head](std::size_t size, std::size_t sent) {
    return head + "Content-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(sent, 'x');
  };
  for (const std::string& request :
       {announced(3, 3), announced(3, 0), announced(100'000, 50'000), announced(250'000, 250'000),
        announced(1'000'000, 0), announced(1'000'000, 500'000), announced(1'000'000, 1'000'000),
        chunked + "3\r\nabc\r\n0\r\n\r\n", chunked, chunked + "3\r\nab", chunked + "x\r\n",
        chunked + "7a120\r\n" + std::string(500'000, 'x') + "\r\n0\r\n\r\n",
        head + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n",
        head + "Connection: close\r\nContent-Length: 3\r\n\r\n",
        head + "\r\n" + std::string(200'000, 'x')}) {
    SCOPED_TRACE(request.substr(head.size(), 60));
    Event noticed;
    TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
      co_await stream_until_gone(exchange);
      noticed.set();
    });
    Client client(server->port());
    client.send(request);
    client.vanish();
    EXPECT_TRUE(noticed.wait());
  }
}

TEST(Connection, TakesASmallBodyBeforeAStreamBeginsAndGoesOnAfterIt) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200, {});
    co_await exchange.write("streamed");
  });
  Client client(server->port());
  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    client.send(std::string(200'000, 'x'));
    const Answer answer = client.receive();
    EXPECT_EQ(answer.body, "streamed");
    EXPECT_FALSE(answer.headers.has("Connection"));
  }
  client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
  const Answer answer = client.receive();
  EXPECT_EQ(answer.body, "streamed");
  EXPECT_EQ(answer.headers.first("Connection"), "close");
}

TEST(Connection, KeepsRequestsThatComeWhileAStreamLasts) {
  Event sent;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200, {});
    co_await exchange.write(exchange.request().target);
    asio::steady_timer timer(exchange.executor());
    while (!sent.is_set()) {  // leaves the thread to the connection
      timer.expires_after(milliseconds(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
  });
  Client client(server->port());
  client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n");
  sent.set();
  EXPECT_EQ(client.receive().body, "/first");
  EXPECT_EQ(client.receive().body, "/second");
}

TEST(Connection, AnswersAllRequestsOfAClientThatThenStoppedSending) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/wait") {
      co_await wait_until_gone(exchange);
    }
    co_await exchange.send(Response(200, {}, exchange.request().target));
  });
  Client client(server->port());
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  SSL_shutdown(client.tls());
  EXPECT_EQ(client.receive().body, "/wait");
  EXPECT_EQ(client.receive().body, "/next");
  EXPECT_EQ(client.receive_all(), "");
}

TEST(Connection, KeepsRequestsThatComeWhileAHandlerWorks) {
  Event first_started;
  Event second_sent;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/first") {
      first_started.set();
      asio::steady_timer timer(exchange.executor());
      while (!second_sent.is_set()) {  // leaves the thread to the connection
        timer.expires_after(milliseconds(1));
        co_await timer.async_wait(asio::use_awaitable);
      }
    }
    co_await exchange.send(Response(200, {}, exchange.request().target));
  });
  Client client(server->port());
  client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(first_started.wait());
  client.send("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
  second_sent.set();
  EXPECT_EQ(client.receive().body, "/first");
  EXPECT_EQ(client.receive().body, "/second");
}

TEST(Connection, TellsOfABodyCutShort) {
  std::atomic<int> error = -1;
  Event read;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    const auto body = co_await exchange.read_body(1000);
    error = body ? -2 : static_cast<int>(body.error());
    EXPECT_TRUE(exchange.client_gone());
    read.set();
  });
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nabc");
  client.vanish();
  ASSERT_TRUE(read.wait());
  EXPECT_EQ(error, static_cast<int>(BodyError::UnexpectedEof));
}

TEST(Connection, TakesBackTheCallbackOnRequest) {
  std::atomic<bool> called = false;
  Event started;
  Event gone;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    exchange.on_client_gone([&] { called = true; });
    exchange.on_client_gone(nullptr);
    started.set();
    asio::steady_timer timer(exchange.executor());
    while (!exchange.client_gone()) {
      timer.expires_after(milliseconds(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
    gone.set();
  });
  Client client(server->port());
  client.send(kGet);
  ASSERT_TRUE(started.wait());
  client.vanish();
  ASSERT_TRUE(gone.wait());
  EXPECT_FALSE(called);
}

TEST(Connection, WhoTakesItOverReadsAtItsOwnPaceAndTheClientWaits) {
  constexpr std::size_t kSize = 1'000'000;
  std::size_t most = 0;
  TestServer server([&most](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.hijack("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    asio::steady_timer more(exchange.executor(), asio::steady_timer::time_point::max());
    exchange.on_received([&more] { more.cancel(); });
    for (std::size_t taken = 0; taken < kSize;) {
      const std::size_t there = exchange.received().size();
      most = std::max(most, there);
      // Little by little, and never all.
      const std::size_t size = std::min<std::size_t>(there, 10'000);
      exchange.consume(size);
      taken += size;
      if (size == 0) {
        more.expires_at(asio::steady_timer::time_point::max());
        co_await more.async_wait(asio::as_tuple(asio::use_awaitable));
      }
    }
    exchange.on_received(nullptr);
    co_await exchange.write("that was all");
    co_await exchange.finish();
  });
  Client client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\r\n");
  client.send(std::string(kSize, 'x'));
  EXPECT_EQ(client.receive_all(), "HTTP/1.1 101 Switching Protocols\r\n\r\nthat was all");
  EXPECT_LE(most, 80U * 1024);
}

}  // namespace
}  // namespace kaudit::apiserver::http::test
