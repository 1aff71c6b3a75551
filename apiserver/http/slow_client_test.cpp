// How long a connection waits for a client that does not ask, send or read.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "apiserver/http/testing/tls_client.hpp"

namespace kaudit::apiserver::http::test {
namespace {

constexpr std::chrono::milliseconds kShort(50);

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

}  // namespace
}  // namespace kaudit::apiserver::http::test
