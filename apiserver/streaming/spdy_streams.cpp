#include "apiserver/streaming/spdy_streams.hpp"

#include <algorithm>

#include "base/text/ascii.hpp"

namespace kaudit::apiserver::streaming {
namespace {

constexpr std::string_view kV4 = "v4.channel.k8s.io";
constexpr std::array<std::string_view, 4> kStreamProtocols = {
    kV4, "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"};
constexpr std::array<std::string_view, 5> kTypes = {"stdin", "stdout", "stderr", "error", "resize"};

bool resizes(std::string_view protocol) {
  return protocol == kStreamProtocols[0] || protocol == kStreamProtocols[1];
}

}  // namespace

std::span<const std::string_view> SpdyStreams::names() noexcept { return kStreamProtocols; }

SpdyStreams::SpdyStreams(std::string_view protocol, WantedStreams wanted)
    : status_form_(protocol == kV4 ? StatusForm::Json : StatusForm::Message),
      awaited_{wanted.in, wanted.out, wanted.err && !wanted.tty, true,
               wanted.tty && resizes(protocol)} {}

std::size_t SpdyStreams::read(std::string_view bytes) {
  const std::size_t taken = session_.read(bytes);
  for (spdy::Event& event : session_.take_events()) {
    switch (event.kind) {
      case spdy::Event::Kind::Opened:
        opened(event);
        break;
      case spdy::Event::Kind::Data:
        session_.taken(event.stream, event.data.size());
        if (const auto role = role_of(event.stream)) {
          input_.push_back({*role, std::move(event.data), false});
        }
        break;
      case spdy::Event::Kind::Finished:
      case spdy::Event::Kind::Reset:
        ended(event.stream);
        break;
    }
  }
  return taken;
}

void SpdyStreams::opened(const spdy::Event& event) {
  const std::string type = lower_case(spdy::value_of(event.headers, "streamtype"));
  const auto at = std::find(kTypes.begin(), kTypes.end(), type);
  const auto position = static_cast<std::size_t>(at - kTypes.begin());
  if (at == kTypes.end() || streams_[position]) {
    session_.reset(event.stream, spdy::ResetReason::ProtocolError);
    return;
  }
  streams_[position] = event.stream;
  session_.accept(event.stream);
  complete_ = true;
  for (std::size_t i = 0; i < kRoles; ++i) complete_ = complete_ && (!awaited_[i] || streams_[i]);
}

void SpdyStreams::ended(spdy::StreamId stream) {
  if (const auto role = role_of(stream)) input_.push_back({*role, {}, true});
}

std::optional<Role> SpdyStreams::role_of(spdy::StreamId stream) const noexcept {
  for (const Role role : {Role::Stdin, Role::Resize}) {
    if (streams_[static_cast<std::size_t>(role)] == stream) return role;
  }
  return std::nullopt;
}

void SpdyStreams::write(Role role, std::string_view data) {
  if (const auto stream = stream_of(role); stream && !data.empty()) session_.send(*stream, data);
}

void SpdyStreams::close() {
  for (const auto& stream : streams_) {
    if (stream) session_.finish(*stream);
  }
  session_.go_away();
}

}  // namespace kaudit::apiserver::streaming
