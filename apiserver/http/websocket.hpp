#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/http/message.hpp"

/// WebSocket as a server speaks it (RFC 6455): the handshake and the frames, without I/O.
namespace kaudit::apiserver::http::websocket {

/// Whether a request asks for a WebSocket: `Upgrade: websocket`, `Connection: … upgrade …`.
bool is_upgrade(const Request& request);

struct Handshake {
  bool accepted = false;
  std::string answer;    ///< the head to send, and with a refusal its body
  std::string protocol;  ///< the sub-protocol to speak; "" where the client offered none
};

/// Answers as golang.org/x/net/websocket does, which kube-apiserver uses: besides what the RFC asks
/// for, the client must say its Origin; of protocols it offers only a single one is taken.
Handshake shake_hands(const Request& request);
/// The same for a server that speaks some sub-protocols ("" among them: none is fine, too): takes
/// the first of the client's that is supported, asks for no Origin, and refuses with 403 when there
/// is none in common. (apimachinery httpstream/wsstream)
Handshake shake_hands(const Request& request, std::span<const std::string_view> supported);

enum class Opcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10,
};

constexpr std::uint16_t kNormalClosure = 1000;

/// A whole message in one frame, unmasked as a server's are.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
void append_close(std::string& out, std::uint16_t code);

struct Frame {
  Opcode opcode;        ///< of a piece of a message: Text or Binary
  std::string payload;  ///< unmasked
  bool starts = true;   ///< a message's first piece
  bool ends = true;     ///< a message's last piece
};

/// Reads a client's frames from pieces of any size. Control frames are given out whole; a message,
/// which may be of any size and in any number of frames, is skipped or given out piece by piece as
/// it comes, so that nothing larger than what read() is given is ever kept.
class FrameReader {
 public:
  enum class Data : std::uint8_t { Skipped, Given };
  explicit FrameReader(Data data = Data::Skipped) : data_(data) {}

  /// How many of the bytes it has taken: all, unless the head of a frame is not yet whole.
  std::size_t read(std::string_view bytes);
  std::vector<Frame> take() { return std::exchange(frames_, {}); }
  /// True once something came that a client's frame must not be (unmasked, a long control frame …).
  bool broken() const noexcept { return broken_; }

 private:
  std::size_t read_head(std::string_view bytes);
  std::size_t read_payload(std::string_view bytes);

  bool in_order(std::uint8_t first) const noexcept;
  void begin_message(std::uint8_t first);
  void unmask(std::string& payload);
  void give_piece(std::string_view bytes);

  const Data data_;
  std::vector<Frame> frames_;
  Opcode opcode_ = Opcode::Continuation;
  std::string payload_;          // of a control frame
  std::string mask_;             // four bytes
  std::uint64_t remaining_ = 0;  // of the payload
  std::uint64_t unmasked_ = 0;   // how many of the frame's bytes have been
  bool in_frame_ = false;
  bool final_ = false;                     // the frame ends its message
  bool in_message_ = false;                // its last frame is still to come
  bool starts_ = false;                    // nothing of the message has been given yet
  Opcode message_ = Opcode::Continuation;  // Text or Binary
  bool broken_ = false;
};

}  // namespace kaudit::apiserver::http::websocket
