#include "apiserver/streaming/channel_messages.hpp"

#include <algorithm>
#include <iterator>

#include "base/text/base64.hpp"

namespace kaudit::apiserver::streaming {

namespace websocket = http::websocket;

namespace {

constexpr std::size_t kMaxRead = std::size_t{32} * 1024;
constexpr std::size_t kMaxMessage = std::size_t{32} * 1024;  // of ours
constexpr std::uint8_t kEndSignal = 255;
constexpr std::uint16_t kProtocolError = 1002;
constexpr std::size_t kGroup = 4;  // digits of base64 that make whole bytes

}  // namespace

std::size_t ChannelMessages::read(std::string_view bytes) {
  if (over_) return bytes.size();
  const std::size_t taken = reader_.read(bytes.substr(0, kMaxRead));
  for (websocket::Frame& frame : reader_.take()) {
    if (over_) break;
    switch (frame.opcode) {
      case websocket::Opcode::Ping:
        websocket::append_frame(output_, websocket::Opcode::Pong, frame.payload);
        break;
      case websocket::Opcode::Close:
        close();
        over_ = true;
        break;
      case websocket::Opcode::Pong:
        break;
      case websocket::Opcode::Text:
      case websocket::Opcode::Binary:
      case websocket::Opcode::Continuation:
        message_piece(std::move(frame));
    }
  }
  if (reader_.broken() && !over_) break_off(kProtocolError);
  return taken;
}

void ChannelMessages::message_piece(websocket::Frame frame) {
  if (frame.starts) {
    channel_known_ = false;
    undecoded_.clear();
    undecodable_ = false;
  }
  if (!channel_known_ && !frame.payload.empty()) {
    channel_known_ = true;
    channel_ = static_cast<std::uint8_t>(frame.payload.front());
    if (coding_ == ChannelCoding::Base64) channel_ = static_cast<std::uint8_t>(channel_ - '0');
    frame.payload.erase(0, 1);
  }
  if (!channel_known_) return;  // an empty message
  if (channel_ == kEndSignal && end_ == ChannelEnd::Signalled) {
    // One byte, in whatever pieces.
    undecoded_ += frame.payload;
    if (!frame.ends && undecoded_.size() < 2) return;
    if (undecoded_.size() != 1) {
      break_off(kProtocolError);
      return;
    }
    pieces_.push_back({static_cast<std::uint8_t>(undecoded_.front()), {}, true});
    return;
  }
  data(std::move(frame.payload), frame.ends);
}

void ChannelMessages::data(std::string bytes, bool last) {
  if (coding_ == ChannelCoding::Base64) bytes = decoded(bytes, last);
  if (!bytes.empty()) pieces_.push_back({channel_, std::move(bytes), false});
}

/// Group by group, so that it does not matter how the message is cut. What is no base64 ends what
/// is taken of its message.
std::string ChannelMessages::decoded(std::string_view bytes, bool last) {
  std::string out;
  if (undecodable_) return out;
  std::copy_if(bytes.begin(), bytes.end(), std::back_inserter(undecoded_),
               [](char c) { return c != '\r' && c != '\n'; });
  std::string_view rest = undecoded_;
  while (rest.size() >= kGroup || (last && !rest.empty())) {
    const std::string_view group = rest.substr(0, kGroup);
    rest.remove_prefix(group.size());
    const auto whole = base64_decode(group);
    if (whole) out += *whole;
    undecodable_ = !whole || group.ends_with('=');
    if (undecodable_) rest = {};
  }
  undecoded_.erase(0, undecoded_.size() - rest.size());
  return out;
}

void ChannelMessages::write(std::uint8_t channel, std::string_view data) {
  if (closed_) return;
  // Once at least: an empty message says that the channel is there.
  do {
    const std::string_view piece = data.substr(0, kMaxMessage);
    data.remove_prefix(piece.size());
    std::string message;
    if (coding_ == ChannelCoding::Base64) {
      message = static_cast<char>('0' + channel) + base64_encode(piece);
      websocket::append_frame(output_, websocket::Opcode::Text, message);
    } else {
      message = static_cast<char>(channel);
      message += piece;
      websocket::append_frame(output_, websocket::Opcode::Binary, message);
    }
  } while (!data.empty());
}

void ChannelMessages::close() {
  if (std::exchange(closed_, true)) return;
  websocket::append_close(output_, websocket::kNormalClosure);
}

void ChannelMessages::break_off(std::uint16_t code) {
  over_ = true;
  if (!std::exchange(closed_, true)) websocket::append_close(output_, code);
}

}  // namespace kaudit::apiserver::streaming
