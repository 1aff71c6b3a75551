#pragma once

#include "apiserver/streaming/channel_messages.hpp"
#include "apiserver/streaming/command_streams.hpp"

namespace kaudit::apiserver::streaming {

/// The streams of an exec as channels of a WebSocket. (client-go tools/remotecommand websocket.go,
/// cri-streaming remotecommand/websocket.go)
class ChannelStreams final : public CommandStreams {
 public:
  struct Protocol {
    std::string_view name;
    ChannelCoding coding;
    ChannelEnd end;
    StatusForm status;
  };
  /// The one of that name; null when it is not spoken.
  static const Protocol* find(std::string_view name) noexcept;
  /// The names, "" among them.
  static std::span<const std::string_view> names() noexcept;

  /// Begins with an empty message, which tells the client that the streams are there.
  ChannelStreams(const Protocol& protocol, WantedStreams wanted);

  std::size_t read(std::string_view bytes) override { return messages_.read(bytes); }
  std::vector<Input> take_input() override;
  bool complete() const override { return true; }
  /// kubectl reads before it has made its streams, and drops what it reads for those that are not
  /// there yet. A container's runtime takes longer than this to start a process.
  std::chrono::milliseconds making_time() const override { return std::chrono::milliseconds(25); }
  bool over() const override { return messages_.over(); }
  StatusForm status_form() const override { return protocol_.status; }
  void write(Role role, std::string_view data) override;
  void close() override { messages_.close(); }
  std::string take_output() override { return messages_.take_output(); }

 private:
  bool wants(Role role) const noexcept;

  const Protocol& protocol_;
  const WantedStreams wanted_;
  ChannelMessages messages_;
};

}  // namespace kaudit::apiserver::streaming
