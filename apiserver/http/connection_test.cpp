// How a connection reads requests and their bodies, one behind the other.
#include <algorithm>
#include <chrono>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "apiserver/http/testing/tls_client.hpp"
#include "base/testing/wait.hpp"

namespace kaudit::apiserver::http::test {
namespace {

using std::chrono::milliseconds;

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

TEST(Connection, StepsAsideOnlyForOthersOnItsThread) {
  ServerOptions options;
  options.threads = 1;
  TestServer server(says_whether_it_steps_aside, options);
  Client client(server->port());
  EXPECT_EQ(client.ask(kGet).body, "at once");
  {
    Client other(server->port());
    EXPECT_EQ(other.ask(kGet).body, "aside");
    EXPECT_EQ(client.ask(kGet).body, "aside");
    EXPECT_EQ(client.ask(kGet).body, "aside") << "unwatched, and watched again";
  }
  testing::wait_for("the other connection's end",
                    [&] { return client.ask(kGet).body == "at once"; });
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
