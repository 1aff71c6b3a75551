#pragma once

#include <vector>

#include "apiserver/streaming/channel_messages.hpp"
#include "apiserver/streaming/forward_streams.hpp"

namespace kaudit::apiserver::streaming {

/// One connection to each of the ports that the URL names, as channels of a WebSocket: 2n for the
/// data, 2n+1 for its error. Each begins with its port, little-endian. (cri-streaming
/// portforward/websocket.go)
class ChannelForward final : public ForwardStreams {
 public:
  static constexpr std::size_t kMaxPorts = 64;

  ChannelForward(ChannelCoding coding, std::vector<std::uint16_t> ports);

  std::size_t read(std::string_view bytes) override;
  std::vector<Event> take_events() override { return std::exchange(events_, {}); }
  bool over() const override { return messages_.over(); }
  void send(Id connection, std::string_view data) override;
  void taken(Id /*connection*/, std::size_t /*size*/) override {}
  void end(Id connection, std::string_view error) override;
  void close() override { messages_.close(); }
  std::string take_output() override { return messages_.take_output(); }

 private:
  static std::uint8_t data_channel(Id connection) {
    return static_cast<std::uint8_t>(2 * connection);
  }
  static std::uint8_t error_channel(Id connection) {
    return static_cast<std::uint8_t>(2 * connection + 1);
  }

  ChannelMessages messages_;
  const std::size_t ports_;
  std::size_t ended_ = 0;
  std::vector<Event> events_;
};

}  // namespace kaudit::apiserver::streaming
