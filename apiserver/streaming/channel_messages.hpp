#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/http/websocket.hpp"

namespace kaudit::apiserver::streaming {

/// How the messages of a WebSocket sub-protocol with channels are written: the channel's number
/// before the bytes, or its digit before their base64 form.
enum class ChannelCoding : std::uint8_t { Binary, Base64 };
/// Whether a client ends a channel by the message {255, channel}: v5 has it.
enum class ChannelEnd : std::uint8_t { Unknown, Signalled };

/// Channels within the messages of a WebSocket. (apimachinery httpstream/wsstream) What is sent to
/// a channel is given out in pieces as it comes, so a message may be of any size. Answers pings.
class ChannelMessages {
 public:
  ChannelMessages(ChannelCoding coding, ChannelEnd end) : coding_(coding), end_(end) {}

  struct Piece {
    std::uint8_t channel;
    std::string data;
    bool ends = false;  ///< the channel
  };

  /// How many of the bytes it has taken: never more than 32 KiB at once.
  std::size_t read(std::string_view bytes);
  std::vector<Piece> take_pieces() { return std::exchange(pieces_, {}); }
  bool over() const noexcept { return over_; }

  void write(std::uint8_t channel, std::string_view data);
  void close();
  std::string take_output() { return std::exchange(output_, {}); }

 private:
  void message_piece(http::websocket::Frame frame);
  void data(std::string bytes, bool last);
  std::string decoded(std::string_view bytes, bool last);
  void break_off(std::uint16_t code);

  const ChannelCoding coding_;
  const ChannelEnd end_;
  http::websocket::FrameReader reader_{http::websocket::FrameReader::Data::Given};
  std::vector<Piece> pieces_;
  std::string output_;
  bool channel_known_ = false;  // of the message under way
  std::uint8_t channel_ = 0;
  std::string undecoded_;     // less than one group of base64 digits
  bool undecodable_ = false;  // the rest of the message
  bool over_ = false;
  bool closed_ = false;
};

}  // namespace kaudit::apiserver::streaming
