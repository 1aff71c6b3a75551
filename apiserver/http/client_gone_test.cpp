// What a connection does when the client goes away, or has only stopped sending.
#include <atomic>
#include <chrono>
#include <string>

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

}  // namespace
}  // namespace kaudit::apiserver::http::test
