#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "apiserver/streaming/spdy/testing/spdy_client.hpp"
#include "apiserver/streaming/testing/upgraded.hpp"
#include "apiserver/streaming/testing/websocket_client.hpp"
#include "apiserver/streaming/upgrade_answer.hpp"

namespace kaudit::apiserver::streaming {
namespace {

namespace asio = boost::asio;
using spdy::testing::Client;
using testing::client_frame;
using testing::on_channel;
using testing::spdy_request;
using testing::Upgraded;
using testing::websocket_request;

Upgraded::Handler forwarding(const std::string& targets,
                             const std::vector<std::string>& ports = {}) {
  return [targets, ports](RequestScope& scope) {
    ForwardRequest forward;
    forward.targets = ForwardTargets::parse(targets).value();
    forward.ports = ports;
    forward.pod = "web";
    forward.uid = "u";
    return answer_forward(scope, std::move(forward));
  };
}

/// Opens the two streams of a connection to a port.
std::string pair(Client& client, std::uint32_t first, const std::string& port) {
  const std::string id = std::to_string(first);
  // One after the other: each header block builds on the one before.
  std::string frames =
      client.open(first, {{"streamtype", "error"}, {"port", port}, {"requestid", id}});
  frames += client.open(first + 2, {{"streamtype", "data"}, {"port", port}, {"requestid", id}});
  return frames;
}

TEST(PortForward, EchoesOverSpdy) {
  Upgraded forward(spdy_request("portforward.k8s.io"), forwarding(""));
  Client client;
  forward.send(pair(client, 1, "80"));
  forward.send(pair(client, 5, "81"));
  forward.send(Client::data(3, "one") + Client::data(7, "two"));
  forward.send(Client::data(3, " more", 1));
  client.receive(forward.take_sent());
  EXPECT_EQ(client.streams[3].data, "one more");
  EXPECT_TRUE(client.streams[3].finished);
  EXPECT_TRUE(client.streams[1].finished);
  EXPECT_EQ(client.streams[7].data, "two");
  EXPECT_FALSE(client.streams[7].finished);
  EXPECT_FALSE(forward.done());
}

TEST(PortForward, TravelsInAWebSocket) {
  Upgraded forward(websocket_request("SPDY/3.1+portforward.k8s.io"), forwarding(""));
  EXPECT_NE(forward.head().find("\r\nSec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io\r\n"),
            std::string::npos);
  Client client;
  const auto receive = [&] {
    for (const auto& frame : testing::server_frames(forward.take_sent())) {
      if (frame.opcode == 2) client.receive(frame.payload);
    }
  };
  // Messages need not be frames.
  std::string frames = pair(client, 1, "80");
  frames += Client::data(3, "hello");
  forward.send(client_frame(2, frames.substr(0, 20)));
  forward.send(client_frame(2, frames.substr(20)));
  receive();
  EXPECT_EQ(client.streams[3].data, "hello");
  forward.send(client_frame(8, "\x03\xe8"));
  EXPECT_TRUE(forward.done());
}

TEST(PortForward, MovesMoreThanAnyBufferHolds) {
  Upgraded forward(websocket_request("SPDY/3.1+portforward.k8s.io"), forwarding(""));
  Client client;
  forward.send(client_frame(2, pair(client, 1, "80")));
  for (int i = 0; i < 100; ++i) {
    forward.send(client_frame(2, Client::data(3, std::string(30'000, 'x'))));
    for (const auto& frame : testing::server_frames(forward.take_sent())) {
      if (frame.opcode == 2) client.receive(frame.payload);
    }
  }
  EXPECT_EQ(client.streams[3].data.size(), 3'000'000U);
  EXPECT_EQ(client.window_updates[3], 3'000'000U);
}

TEST(PortForward, HasChannelsForThePortsOfTheUrl) {
  Upgraded forward(websocket_request("v4.channel.k8s.io"), forwarding("81=refuse", {"80", "81"}));
  forward.send(client_frame(2, std::string("\0hello", 6)));
  EXPECT_EQ(on_channel(forward.sent(), 0), std::string("\x50\0hello", 7));
  EXPECT_EQ(on_channel(forward.sent(), 1), std::string("\x50\0", 2));
  EXPECT_EQ(on_channel(forward.sent(), 3).substr(2),
            "error forwarding port 81 to pod web, uid u: failed to connect to localhost:81: "
            "Connection refused");
  EXPECT_FALSE(forward.done());
  Upgraded none(websocket_request("v4.channel.k8s.io"), forwarding(""));
  EXPECT_TRUE(none.head().starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(PortForward, ReachesALoopbackAddress) {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  const std::string target = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  Upgraded forward(spdy_request("portforward.k8s.io"), forwarding(target));
  Client client;
  forward.send(pair(client, 1, "80"));
  asio::ip::tcp::socket server = acceptor.accept();
  const std::string large(1'000'000, 'y');
  forward.send(Client::data(3, "question", 1));
  std::string question(8, ' ');
  std::thread answering([&] {
    asio::read(server, asio::buffer(question));
    boost::system::error_code end;
    char more = 0;
    asio::read(server, asio::buffer(&more, 1), end);
    EXPECT_EQ(end, asio::error::eof);
    asio::write(server, asio::buffer(large));
    server.close();
  });
  EXPECT_TRUE(forward.until([&] {
    client.receive(forward.take_sent());
    return client.streams[3].finished;
  }));
  answering.join();
  EXPECT_EQ(question, "question");
  EXPECT_EQ(client.streams[3].data, large);
  EXPECT_EQ(client.streams[1].data, "");
}

TEST(PortForward, TellsWhatCannotBeReachedOnTheErrorStream) {
  std::uint16_t port = 0;
  {
    asio::io_context io;
    port =
        asio::ip::tcp::acceptor(io, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
  }
  Upgraded forward(spdy_request("portforward.k8s.io"),
                   forwarding("127.0.0.1:" + std::to_string(port)));
  Client client;
  forward.send(pair(client, 1, "80"));
  EXPECT_TRUE(forward.until([&] {
    client.receive(forward.take_sent());
    return client.streams[1].finished;
  }));
  EXPECT_EQ(client.streams[1].data,
            "error forwarding port 80 to pod web, uid u: failed to connect to localhost:80: "
            "Connection refused");
  EXPECT_TRUE(client.streams[3].reset);
}

TEST(PortForward, RefusesStreamsThatSayNotWhatTheyAre) {
  Upgraded forward(spdy_request("portforward.k8s.io"), forwarding(""));
  Client client;
  forward.send(client.open(1, {{"streamtype", "data"}, {"port", "0"}}));
  forward.send(client.open(3, {{"streamtype", "stdin"}, {"port", "80"}}));
  forward.send(client.open(5, {{"streamtype", "data"}, {"port", "80"}, {"requestid", "a"}}));
  forward.send(client.open(7, {{"streamtype", "data"}, {"port", "80"}, {"requestid", "a"}}));
  client.receive(forward.take_sent());
  EXPECT_TRUE(client.streams[1].reset);
  EXPECT_TRUE(client.streams[3].reset);
  EXPECT_TRUE(client.streams[5].replied);
  EXPECT_TRUE(client.streams[7].reset);
}

TEST(PortForward, PairsStreamsOfClientsThatGiveNoRequestId) {
  Upgraded forward(spdy_request(""), forwarding(""));
  Client client;
  forward.send(client.open(1, {{"streamtype", "error"}, {"port", "80"}}));
  forward.send(client.open(3, {{"streamtype", "data"}, {"port", "80"}}));
  forward.send(Client::data(3, "x"));
  client.receive(forward.take_sent());
  EXPECT_EQ(client.streams[3].data, "x");
  EXPECT_EQ(forward.head().find("X-Stream-Protocol-Version"), std::string::npos);
}

}  // namespace
}  // namespace kaudit::apiserver::streaming
