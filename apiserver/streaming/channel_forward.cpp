#include "apiserver/streaming/channel_forward.hpp"

namespace kaudit::apiserver::streaming {

ChannelForward::ChannelForward(ChannelCoding coding, std::vector<std::uint16_t> ports)
    : messages_(coding, ChannelEnd::Unknown), ports_(ports.size()) {
  for (Id connection = 0; connection < ports.size(); ++connection) {
    const std::uint16_t port = ports[connection];
    const std::string bytes = {static_cast<char>(port & 0xffU), static_cast<char>(port >> 8U)};
    messages_.write(data_channel(connection), bytes);
    messages_.write(error_channel(connection), bytes);
    events_.push_back({Event::Kind::Opened, connection, port});
  }
}

std::size_t ChannelForward::read(std::string_view bytes) {
  const std::size_t size = messages_.read(bytes);
  for (ChannelMessages::Piece& piece : messages_.take_pieces()) {
    const Id connection = piece.channel / 2;
    if (piece.channel % 2 != 0 || connection >= ports_) continue;
    events_.push_back({Event::Kind::Data, connection, 0, std::move(piece.data)});
  }
  return size;
}

void ChannelForward::send(Id connection, std::string_view data) {
  if (!data.empty()) messages_.write(data_channel(connection), data);
}

/// Nothing in this protocol ends one channel: the whole ends with the last.
void ChannelForward::end(Id connection, std::string_view error) {
  if (!error.empty()) messages_.write(error_channel(connection), error);
  if (++ended_ == ports_) messages_.close();
}

}  // namespace kaudit::apiserver::streaming
