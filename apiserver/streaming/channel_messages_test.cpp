#include "apiserver/streaming/channel_messages.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apiserver/streaming/channel_streams.hpp"
#include "apiserver/streaming/testing/websocket_client.hpp"

namespace kaudit::apiserver::streaming {
namespace {

using testing::client_frame;
using testing::server_frames;

constexpr std::uint8_t kText = 1, kBinary = 2, kClose = 8, kPing = 9;

std::string received(ChannelMessages& messages, std::uint8_t channel) {
  std::string data;
  for (const auto& piece : messages.take_pieces()) {
    if (piece.channel == channel) data += piece.data + (piece.ends ? "!" : "");
  }
  return data;
}

TEST(ChannelMessages, TellsChannelsApartByTheirFirstByte) {
  ChannelMessages messages(ChannelCoding::Binary, ChannelEnd::Signalled);
  const std::string sent = client_frame(kBinary, std::string("\0hello", 6)) +
                           client_frame(kBinary, "\x04{}") + client_frame(kBinary, "") +
                           client_frame(kBinary, std::string("\xff\0", 2));
  EXPECT_EQ(messages.read(sent), sent.size());
  const auto pieces = messages.take_pieces();
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].data, "hello");
  EXPECT_EQ(pieces[1].channel, 4);
  EXPECT_TRUE(pieces[2].ends);
  EXPECT_EQ(pieces[2].channel, 0);
}

TEST(ChannelMessages, DecodesBase64WhateverThePieces) {
  const std::string sent = client_frame(kText, "0aGVsbG8gd29ybGQ=") + client_frame(kText, "0IQ==");
  for (const std::size_t size : {1U, 2U, 5U, 100U}) {
    ChannelMessages messages(ChannelCoding::Base64, ChannelEnd::Unknown);
    std::string pending;
    std::string data;
    for (std::size_t at = 0; at < sent.size(); at += size) {
      pending += sent.substr(at, size);
      pending.erase(0, messages.read(pending));
      data += received(messages, 0);
    }
    EXPECT_EQ(data, "hello world!");
  }
  ChannelMessages messages(ChannelCoding::Base64, ChannelEnd::Unknown);
  messages.write(1, "out");
  EXPECT_EQ(server_frames(messages.take_output()).front().payload, "1b3V0");
}

TEST(ChannelMessages, AnswersPingsAndGoodbyes) {
  ChannelMessages messages(ChannelCoding::Binary, ChannelEnd::Unknown);
  messages.read(client_frame(kPing, "are you there") + client_frame(kClose, "\x03\xe8"));
  EXPECT_TRUE(messages.over());
  const auto frames = server_frames(messages.take_output());
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].payload, "are you there");
  EXPECT_EQ(frames[1].payload, "\x03\xe8");
}

TEST(ChannelMessages, EndsWhenTheProtocolIsBroken) {
  for (const std::string& bytes :
       {std::string("\x82\x01x"), client_frame(kBinary, std::string("\xff\0\0", 3))}) {
    ChannelMessages messages(ChannelCoding::Binary, ChannelEnd::Signalled);
    messages.read(bytes);
    EXPECT_TRUE(messages.over());
    EXPECT_EQ(server_frames(messages.take_output()).front().payload, "\x03\xea");  // 1002
  }
}

TEST(ChannelMessages, CutsWhatIsLargeIntoMessages) {
  ChannelMessages messages(ChannelCoding::Binary, ChannelEnd::Unknown);
  messages.write(1, std::string(100'000, 'x'));
  const std::string output = messages.take_output();
  EXPECT_GT(server_frames(output).size(), 1U);
  EXPECT_EQ(testing::on_channel(output, 1), std::string(100'000, 'x'));
}

TEST(ChannelStreams, BeginWithAnEmptyMessageOnTheFirstChannelThatIsWritten) {
  const auto first_of = [](WantedStreams wanted) {
    ChannelStreams streams(*ChannelStreams::find("v5.channel.k8s.io"), wanted);
    return server_frames(streams.take_output()).front().payload;
  };
  EXPECT_EQ(first_of({.in = false, .out = true}), "\x01");
  EXPECT_EQ(first_of({.in = false, .out = false, .err = true}), "\x02");
  EXPECT_EQ(first_of({.in = true}), "\x03");
}

TEST(ChannelStreams, HaveOnlyWhatTheRequestAsksFor) {
  ChannelStreams streams(*ChannelStreams::find("v4.channel.k8s.io"), {.in = false, .out = true});
  streams.take_output();
  streams.write(Role::Stderr, "nobody asked");
  EXPECT_EQ(streams.take_output(), "");
  streams.read(client_frame(kBinary, std::string("\0hello", 6)) + client_frame(kBinary, "\x04{}"));
  const auto input = streams.take_input();
  ASSERT_EQ(input.size(), 1U);
  EXPECT_EQ(input[0].role, Role::Resize);
  EXPECT_EQ(ChannelStreams::find("v6.channel.k8s.io"), nullptr);
}

}  // namespace
}  // namespace kaudit::apiserver::streaming
