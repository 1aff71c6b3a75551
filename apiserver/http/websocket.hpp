#pragma once

#include <cstddef>
#include <cstdint>
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
  std::string answer;  ///< the head to send, and with a refusal its body
};

/// Answers as golang.org/x/net/websocket does, which kube-apiserver uses: besides what the RFC asks
/// for, the client must say its Origin; of protocols it offers only a single one is taken.
Handshake shake_hands(const Request& request);

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
  Opcode opcode;
  std::string payload;  ///< unmasked; of data frames it is not kept
};

/// Reads a client's frames from pieces of any size. Data is skipped whatever its size; control
/// frames are given out.
class FrameReader {
 public:
  /// How many of the bytes it has taken: all, unless the head of a frame is not yet whole.
  std::size_t read(std::string_view bytes);
  std::vector<Frame> take() { return std::exchange(frames_, {}); }
  /// True once something came that a client's frame must not be (unmasked, a long control frame …).
  bool broken() const noexcept { return broken_; }

 private:
  std::size_t read_head(std::string_view bytes);
  std::size_t read_payload(std::string_view bytes);

  std::vector<Frame> frames_;
  Opcode opcode_ = Opcode::Continuation;
  std::string payload_;          // of a control frame, still masked
  std::string mask_;             // four bytes
  std::uint64_t remaining_ = 0;  // of the payload
  bool in_frame_ = false;
  bool broken_ = false;
};

}  // namespace kaudit::apiserver::http::websocket
