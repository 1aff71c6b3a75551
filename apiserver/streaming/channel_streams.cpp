#include "apiserver/streaming/channel_streams.hpp"

#include <algorithm>
#include <array>

namespace kaudit::apiserver::streaming {
namespace {

constexpr std::array<ChannelStreams::Protocol, 6> kProtocols{{
    {"", ChannelCoding::Binary, ChannelEnd::Unknown, StatusForm::Message},
    {"channel.k8s.io", ChannelCoding::Binary, ChannelEnd::Unknown, StatusForm::Message},
    {"base64.channel.k8s.io", ChannelCoding::Base64, ChannelEnd::Unknown, StatusForm::Message},
    {"v4.channel.k8s.io", ChannelCoding::Binary, ChannelEnd::Unknown, StatusForm::Json},
    {"v4.base64.channel.k8s.io", ChannelCoding::Base64, ChannelEnd::Unknown, StatusForm::Json},
    {"v5.channel.k8s.io", ChannelCoding::Binary, ChannelEnd::Signalled, StatusForm::Json},
}};

constexpr auto kNames = [] {
  std::array<std::string_view, kProtocols.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kProtocols[i].name;
  return names;
}();

}  // namespace

const ChannelStreams::Protocol* ChannelStreams::find(std::string_view name) noexcept {
  for (const Protocol& protocol : kProtocols) {
    if (protocol.name == name) return &protocol;
  }
  return nullptr;
}

std::span<const std::string_view> ChannelStreams::names() noexcept { return kNames; }

ChannelStreams::ChannelStreams(const Protocol& protocol, WantedStreams wanted)
    : protocol_(protocol), wanted_(wanted), messages_(protocol.coding, protocol.end) {
  write(wanted.out ? Role::Stdout : wants(Role::Stderr) ? Role::Stderr : Role::Error, {});
}

bool ChannelStreams::wants(Role role) const noexcept {
  switch (role) {
    case Role::Stdin:
      return wanted_.in;
    case Role::Stdout:
      return wanted_.out;
    case Role::Stderr:
      return wanted_.err && !wanted_.tty;
    case Role::Error:
    case Role::Resize:
      break;
  }
  return true;
}

std::vector<CommandStreams::Input> ChannelStreams::take_input() {
  std::vector<Input> input;
  for (ChannelMessages::Piece& piece : messages_.take_pieces()) {
    const auto role = static_cast<Role>(piece.channel);
    const bool readable = role == Role::Stdin || role == Role::Resize;
    if (readable && wants(role)) input.push_back({role, std::move(piece.data), piece.ends});
  }
  return input;
}

void ChannelStreams::write(Role role, std::string_view data) {
  if (wants(role)) messages_.write(static_cast<std::uint8_t>(role), data);
}

}  // namespace kaudit::apiserver::streaming
