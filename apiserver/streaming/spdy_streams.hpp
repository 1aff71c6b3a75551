#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/streaming/command_streams.hpp"
#include "apiserver/streaming/spdy/session.hpp"

namespace kaudit::apiserver::streaming {

/// The streams of an exec as streams of SPDY, which the client opens, each with the header
/// `streamType`. (client-go tools/remotecommand v1.go to v4.go, cri-streaming
/// remotecommand/httpstream.go)
class SpdyStreams final : public CommandStreams {
 public:
  /// The names of X-Stream-Protocol-Version, as a real server's kubelet has them.
  static std::span<const std::string_view> names() noexcept;

  SpdyStreams(std::string_view protocol, WantedStreams wanted);

  std::size_t read(std::string_view bytes) override;
  std::vector<Input> take_input() override { return std::exchange(input_, {}); }
  bool complete() const override { return complete_; }
  bool over() const override { return session_.over(); }
  StatusForm status_form() const override { return status_form_; }
  void write(Role role, std::string_view data) override;
  void close() override;
  std::string take_output() override { return session_.take_output(); }
  std::size_t held_back() const override { return session_.held_back(); }

 private:
  static constexpr std::size_t kRoles = 5;
  std::optional<spdy::StreamId>& stream_of(Role role) {
    return streams_[static_cast<std::size_t>(role)];
  }
  std::optional<Role> role_of(spdy::StreamId stream) const noexcept;
  void opened(const spdy::Event& event);
  void ended(spdy::StreamId stream);

  spdy::Session session_;
  const StatusForm status_form_;
  std::array<bool, kRoles> awaited_{};
  std::array<std::optional<spdy::StreamId>, kRoles> streams_;
  std::vector<Input> input_;
  bool complete_ = false;
};

}  // namespace kaudit::apiserver::streaming
