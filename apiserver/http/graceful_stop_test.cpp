#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/http/testing/tls_client.hpp"
#include "base/testing/wait.hpp"

namespace kaudit::apiserver::http::test {
namespace {

using std::chrono::milliseconds;
using ::testing::EndsWith;

constexpr milliseconds kForever(60'000);
constexpr std::string_view kGetRoot = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(GracefulStop, LetsIdleConnectionsGoAtOnce) {
  TestServer server(echo);
  Client served(server->port());
  EXPECT_EQ(served.ask(kGetRoot).status, "200 OK");
  Client silent(server->port());
  EXPECT_TRUE(silent.connected());
  Client no_handshake(server->port(), nullptr, Client::Protocol::Plain);
  server->stop(kForever);
  EXPECT_EQ(served.receive_all(), "");
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_EQ(no_handshake.receive_all(), "");
  EXPECT_FALSE(Client(server->port()).connected());
}

TEST(GracefulStop, LetsBusyConnectionsFinishTheirRequest) {
  Event started;
  Event stopped_listening;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    started.set();
    asio::steady_timer timer(exchange.executor());
    while (!stopped_listening.is_set()) {
      timer.expires_after(milliseconds(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
    EXPECT_FALSE(exchange.client_gone());
    co_await exchange.send(Response(200, {}, "done"));
  });
  Client client(server->port());
  client.send(kGetRoot);
  ASSERT_TRUE(started.wait());
  std::thread stopper([&] { server->stop(kForever); });
  kaudit::testing::wait_for("the listener to close", [&] {
    return !Client(server->port(), nullptr, Client::Protocol::Plain).connected();
  });
  stopped_listening.set();
  const Answer answer = client.receive();
  stopper.join();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.headers.first("Connection"), "close");
  EXPECT_EQ(client.receive_all(), "");
}

TEST(GracefulStop, CutsWhatDoesNotFinishInTime) {
  Event started;
  Event ended;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200, {});
    co_await exchange.write("first");
    started.set();
    co_await wait_until_gone(exchange);
    ended.set();
  });
  Client client(server->port());
  client.send(kGetRoot);
  ASSERT_TRUE(started.wait());
  server->stop(milliseconds(50));
  EXPECT_TRUE(ended.is_set());
  EXPECT_THAT(client.receive_all(), EndsWith("5\r\nfirst\r\n"));
}

TEST(GracefulStop, HappensOnceAndByItselfWhenTheServerGoes) {
  auto server = std::make_unique<TestServer>(echo);
  Client client((*server)->port());
  EXPECT_EQ(client.ask(kGetRoot).status, "200 OK");
  (*server)->stop(kForever);
  (*server)->stop(kForever);
  server.reset();
  EXPECT_EQ(client.receive_all(), "");
}

}  // namespace
}  // namespace kaudit::apiserver::http::test
