#include "apiserver/http/websocket.hpp"

#include <algorithm>
#include <array>

#include <openssl/sha.h>

#include "base/http1/header_syntax.hpp"
#include "base/text/base64.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::http::websocket {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kVersion = "13";
constexpr std::string_view kTokenProtocol = "base64url.bearer.authorization.k8s.io.";
constexpr std::size_t kMaxControlPayload = 125;
constexpr std::size_t kKeySize = 16;
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kMasked = 0x80;

std::string accept_key(std::string_view key) {
  std::string text(key);
  text += kGuid;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// What the client offers, without the bearer token that may be among it.
std::vector<std::string_view> protocols_of(const Headers& headers) {
  std::vector<std::string_view> protocols;
  for (std::string_view list : headers.all("Sec-WebSocket-Protocol")) {
    while (!list.empty()) {
      const std::string_view protocol = trim_blanks(take_until(list, ','));
      if (!protocol.empty() && !protocol.starts_with(kTokenProtocol)) protocols.push_back(protocol);
    }
  }
  return protocols;
}

Handshake refused(std::string_view head, std::string_view why) {
  std::string answer = "HTTP/1.1 ";
  answer.append(head).append("\r\n\r\n").append(why);
  return {false, std::move(answer), {}};
}

/// What both kinds of handshake ask for. An empty answer: nothing is wrong.
Handshake checked(const Request& request) {
  if (request.method != "GET") return refused("405 Method Not Allowed", "bad method");
  const Headers& headers = request.headers;
  const auto decoded = base64_decode(headers.first("Sec-WebSocket-Key").value_or(""));
  if (!decoded || decoded->size() != kKeySize) {
    return refused("400 Bad Request", "mismatch challenge/response");
  }
  if (headers.first("Sec-WebSocket-Version") != kVersion) {
    return refused("400 Bad Request\r\nSec-WebSocket-Version: 13",
                   "missing or bad WebSocket Version");
  }
  return {true, {}, {}};
}

Handshake accepted(const Request& request, std::string_view protocol) {
  Handshake handshake{true,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                          accept_key(request.headers.first("Sec-WebSocket-Key").value_or("")) +
                          "\r\n",
                      std::string(protocol)};
  if (!protocol.empty()) {
    handshake.answer.append("Sec-WebSocket-Protocol: ").append(protocol).append("\r\n");
  }
  handshake.answer += "\r\n";
  return handshake;
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> static_cast<unsigned>(shift));
  }
}

std::uint8_t byte_at(std::string_view bytes, std::size_t position) {
  return static_cast<std::uint8_t>(bytes[position]);
}

bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

}  // namespace

bool is_upgrade(const Request& request) {
  return http1::has_token(request.headers.all("Connection"), "upgrade") &&
         http1::has_token(request.headers.all("Upgrade"), "websocket");
}

Handshake shake_hands(const Request& request) {
  if (Handshake handshake = checked(request); !handshake.accepted) return handshake;
  // A browser always sends its origin; a client without one is not a browser, but Go's library
  // requires it.
  if (request.headers.first("Origin").value_or("").empty()) return refused("403 Forbidden", "");
  const auto protocols = protocols_of(request.headers);
  return accepted(request, protocols.size() == 1 ? protocols.front() : std::string_view());
}

Handshake shake_hands(const Request& request, std::span<const std::string_view> supported) {
  if (Handshake handshake = checked(request); !handshake.accepted) return handshake;
  auto offered = protocols_of(request.headers);
  if (offered.empty()) offered.emplace_back();
  for (const std::string_view protocol : offered) {
    if (std::find(supported.begin(), supported.end(), protocol) != supported.end()) {
      return accepted(request, protocol);
    }
  }
  return refused("403 Forbidden", "");
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode));
  if (payload.size() <= kMaxControlPayload) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(126);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(127);
    append_big_endian(out, payload.size(), 8);
  }
  out += payload;
}

void append_close(std::string& out, std::uint16_t code) {
  std::string payload;
  append_big_endian(payload, code, 2);
  append_frame(out, Opcode::Close, payload);
}

std::size_t FrameReader::read(std::string_view bytes) {
  std::size_t taken = 0;
  while (!broken_) {
    const std::string_view rest = bytes.substr(taken);
    const bool was_in_frame = in_frame_;
    const std::size_t step = in_frame_ ? read_payload(rest) : read_head(rest);
    taken += step;
    // A frame without a payload ends without a byte, too.
    if (step == 0 && in_frame_ == was_in_frame) break;
  }
  return broken_ ? bytes.size() : taken;
}

/// Whether a data frame may come now. Of messages that are skipped nobody asks.
bool FrameReader::in_order(std::uint8_t first) const noexcept {
  const std::uint8_t opcode = first & 0x0fU;
  if (is_control(static_cast<Opcode>(opcode))) return (first & kFinal) != 0;
  return data_ == Data::Skipped || in_message_ == (opcode == 0);
}

std::size_t FrameReader::read_head(std::string_view bytes) {
  constexpr std::size_t kMaskSize = 4;
  if (bytes.size() < 2) return 0;
  const std::uint8_t first = byte_at(bytes, 0);
  const std::uint8_t length = byte_at(bytes, 1) & 0x7fU;
  const std::size_t length_size = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t size = 2 + length_size + kMaskSize;
  const std::uint8_t opcode = first & 0x0fU;
  const bool reserved = (first & 0x70U) != 0;
  const bool masked = (byte_at(bytes, 1) & kMasked) != 0;
  const bool long_control = opcode >= 8 && length > kMaxControlPayload;
  if (reserved || !masked || !is_known(opcode) || long_control || !in_order(first)) {
    broken_ = true;
    return 0;
  }
  if (bytes.size() < size) return 0;
  remaining_ = length_size == 0 ? length : 0;
  for (std::size_t i = 0; i < length_size; ++i) {
    remaining_ = (remaining_ << 8U) | byte_at(bytes, 2 + i);
  }
  opcode_ = static_cast<Opcode>(opcode);
  mask_ = bytes.substr(size - kMaskSize, kMaskSize);
  unmasked_ = 0;
  payload_.clear();
  in_frame_ = true;
  if (!is_control(opcode_)) begin_message(first);
  return size;
}

void FrameReader::begin_message(std::uint8_t first) {
  final_ = (first & kFinal) != 0;
  if (opcode_ != Opcode::Continuation) {
    message_ = opcode_;
    starts_ = true;
  }
  in_message_ = true;
}

void FrameReader::unmask(std::string& payload) {
  for (char& byte : payload) {
    byte = static_cast<char>(byte ^ mask_[unmasked_++ % mask_.size()]);
  }
}

void FrameReader::give_piece(std::string_view bytes) {
  const bool ends = remaining_ == 0 && final_;
  if (bytes.empty() && !ends && !starts_) return;
  Frame& piece = frames_.emplace_back(
      Frame{message_, std::string(bytes), std::exchange(starts_, false), ends});
  unmask(piece.payload);
}

std::size_t FrameReader::read_payload(std::string_view bytes) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
  if (size == 0 && remaining_ > 0) return 0;
  remaining_ -= size;
  const std::string_view payload = bytes.substr(0, size);
  if (is_control(opcode_)) {
    payload_ += payload;
  } else if (data_ == Data::Given) {
    give_piece(payload);
  }
  if (remaining_ > 0) return size;
  in_frame_ = false;
  if (is_control(opcode_)) {
    unmask(payload_);
    frames_.push_back({opcode_, std::exchange(payload_, {}), true, true});
  } else if (final_) {
    in_message_ = false;
  }
  return size;
}

}  // namespace kaudit::apiserver::http::websocket
