#include "apiserver/http/websocket.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::http::websocket {
namespace {

Request upgrade() {
  Request request;
  request.method = "GET";
  request.headers.add("Connection", "keep-alive, Upgrade");
  request.headers.add("Upgrade", "WebSocket");
  request.headers.add("Sec-WebSocket-Version", "13");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  request.headers.add("Origin", "https://localhost");
  return request;
}

TEST(WebSocket, ShakesHandsAsTheRfcsExample) {
  EXPECT_TRUE(is_upgrade(upgrade()));
  const Handshake handshake = shake_hands(upgrade());
  EXPECT_TRUE(handshake.accepted);
  EXPECT_EQ(handshake.answer,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(WebSocket, RefusesABadHandshake) {
  Request request = upgrade();
  request.headers.remove("Origin");
  EXPECT_EQ(shake_hands(request).answer, "HTTP/1.1 403 Forbidden\r\n\r\n");
  request = upgrade();
  request.headers.set("Sec-WebSocket-Version", "8");
  EXPECT_TRUE(shake_hands(request).answer.starts_with("HTTP/1.1 400 "));
  request = upgrade();
  request.headers.set("Sec-WebSocket-Key", "short");
  EXPECT_FALSE(shake_hands(request).accepted);
  request = upgrade();
  request.headers.remove("Upgrade");
  EXPECT_FALSE(is_upgrade(request));
}

TEST(WebSocket, TakesTheOnlyProtocolButNotATokenForOne) {
  Request request = upgrade();
  request.headers.add("Sec-WebSocket-Protocol",
                      "base64url.bearer.authorization.k8s.io.eA, v4.channel.k8s.io");
  EXPECT_NE(shake_hands(request).answer.find("Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n"),
            std::string::npos);
  request.headers.add("Sec-WebSocket-Protocol", "other");
  EXPECT_EQ(shake_hands(request).answer.find("Sec-WebSocket-Protocol"), std::string::npos);
}

TEST(WebSocket, WritesTheLengthInTheShortestForm) {
  for (const auto& [size, head] : {std::pair<std::size_t, std::size_t>{0, 2},
                                   {125, 2},
                                   {126, 4},
                                   {0xffff, 4},
                                   {0x10000, 10}}) {
    std::string out;
    append_frame(out, Opcode::Text, std::string(size, 'x'));
    EXPECT_EQ(out.size(), head + size);
  }
  std::string out;
  append_close(out, kNormalClosure);
  EXPECT_EQ(out, "\x88\x02\x03\xe8");
}

std::string masked(std::uint8_t first, std::string_view payload) {
  const std::string mask = "\x01\x02\x03\x04";
  std::string frame{static_cast<char>(first)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size());
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return frame;
}

TEST(WebSocket, ReadsFramesFromPiecesOfAnySize) {
  const std::string sent = masked(0x81, std::string(300, 'x')) + masked(0x89, "ping") +
                           masked(0x8a, "") + masked(0x88, "\x03\xe8");
  for (const std::size_t piece : {1U, 2U, 7U, 100U, 1000U}) {
    FrameReader reader;
    std::string pending;
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < sent.size(); at += piece) {
      pending += sent.substr(at, piece);
      pending.erase(0, reader.read(pending));
      for (Frame& frame : reader.take()) frames.push_back(std::move(frame));
    }
    EXPECT_TRUE(pending.empty());
    ASSERT_EQ(frames.size(), 3U) << piece;
    EXPECT_EQ(frames[0].payload, "ping");
    EXPECT_EQ(frames[1].opcode, Opcode::Pong);
    EXPECT_EQ(frames[2].payload, "\x03\xe8");
    EXPECT_FALSE(reader.broken());
  }
}

TEST(WebSocket, GivesMessagesOutPieceByPieceWhateverTheirFrames) {
  const std::string sent = masked(0x02, "one ") + masked(0x89, "ping") + masked(0x00, "two ") +
                           masked(0x80, "three") + masked(0x82, "") +
                           masked(0x82, std::string(300, 'x'));
  for (const std::size_t piece : {1U, 2U, 7U, 100U, 1000U}) {
    FrameReader reader(FrameReader::Data::Given);
    std::string pending;
    std::vector<std::string> messages;
    int pings = 0;
    for (std::size_t at = 0; at < sent.size(); at += piece) {
      pending += sent.substr(at, piece);
      pending.erase(0, reader.read(pending));
      for (const Frame& frame : reader.take()) {
        if (frame.opcode == Opcode::Ping) {
          ++pings;
          continue;
        }
        EXPECT_EQ(frame.opcode, Opcode::Binary);
        EXPECT_LE(frame.payload.size(), std::max<std::size_t>(piece, 8));
        if (frame.starts) messages.emplace_back();
        messages.back() += frame.payload + (frame.ends ? "." : "");
      }
    }
    EXPECT_EQ(pings, 1);
    ASSERT_EQ(messages.size(), 3U) << piece;
    EXPECT_EQ(messages[0], "one two three.");
    EXPECT_EQ(messages[1], ".");
    EXPECT_EQ(messages[2], std::string(300, 'x') + ".");
  }
}

TEST(WebSocket, RefusesFramesThatAreOutOfOrder) {
  for (const std::string& bytes : {masked(0x80, "x"), masked(0x02, "x") + masked(0x82, "y"),
                                   masked(0x09, "a ping in two frames")}) {
    FrameReader reader(FrameReader::Data::Given);
    reader.read(bytes);
    EXPECT_TRUE(reader.broken());
  }
}

TEST(WebSocket, TakesTheFirstProtocolOfTheClientsThatIsSpoken) {
  constexpr std::string_view kSpoken[] = {"", "v4.channel.k8s.io", "v5.channel.k8s.io"};
  Request request = upgrade();
  request.headers.remove("Origin");
  EXPECT_TRUE(shake_hands(request, kSpoken).accepted);
  EXPECT_EQ(shake_hands(request, kSpoken).protocol, "");
  request.headers.set("Sec-WebSocket-Protocol", "v6.channel.k8s.io, v5.channel.k8s.io");
  const Handshake handshake = shake_hands(request, kSpoken);
  EXPECT_EQ(handshake.protocol, "v5.channel.k8s.io");
  EXPECT_NE(handshake.answer.find("\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n"),
            std::string::npos);
  request.headers.set("Sec-WebSocket-Protocol", "other");
  EXPECT_EQ(shake_hands(request, kSpoken).answer, "HTTP/1.1 403 Forbidden\r\n\r\n");
  request.method = "POST";
  EXPECT_TRUE(shake_hands(request, kSpoken).answer.starts_with("HTTP/1.1 405 "));
}

TEST(WebSocket, KnowsWhatIsNoFrameOfAClient) {
  const std::string long_ping = masked(0x89, std::string(126, 'x'));
  for (const std::string& bytes :
       {std::string("\x81\x01x"), masked(0x83, ""), masked(0xc1, "x"), long_ping}) {
    FrameReader reader;
    EXPECT_EQ(reader.read(bytes), bytes.size());
    EXPECT_TRUE(reader.broken());
  }
}

}  // namespace
}  // namespace kaudit::apiserver::http::websocket
