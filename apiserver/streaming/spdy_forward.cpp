#include "apiserver/streaming/spdy_forward.hpp"

#include <algorithm>

#include "apiserver/streaming/forward_targets.hpp"

namespace kaudit::apiserver::streaming {

namespace websocket = http::websocket;

namespace {

constexpr std::size_t kMaxForwardRead = std::size_t{32} * 1024;
constexpr std::size_t kMaxForwardMessage = std::size_t{32} * 1024;

/// Clients that give no id open the error stream first and the data stream right after it.
std::string request_id_of(const spdy::Event& event, std::string_view type) {
  const std::string_view given = spdy::value_of(event.headers, "requestid");
  if (!given.empty()) return std::string(given);
  return "#" + std::to_string(type == "error" ? event.stream : event.stream - 2);
}

}  // namespace

std::size_t SpdyForward::read(std::string_view bytes) {
  if (over()) return bytes.size();
  if (carrier_ == SpdyCarrier::WebSocket) return read_tunnel(bytes);
  const std::size_t size = session_.read(bytes);
  take_session_events();
  return size;
}

std::size_t SpdyForward::read_tunnel(std::string_view bytes) {
  const std::size_t size = frames_.read(bytes.substr(0, kMaxForwardRead));
  for (websocket::Frame& frame : frames_.take()) {
    switch (frame.opcode) {
      case websocket::Opcode::Binary:
        tunnelled_ += frame.payload;
        break;
      case websocket::Opcode::Ping:
        websocket::append_frame(control_, websocket::Opcode::Pong, frame.payload);
        break;
      case websocket::Opcode::Pong:
        break;
      case websocket::Opcode::Text:
      case websocket::Opcode::Close:
      case websocket::Opcode::Continuation:
        tunnel_over_ = true;
        break;
    }
  }
  tunnel_over_ = tunnel_over_ || frames_.broken();
  for (std::size_t used = 1; used > 0 && !tunnelled_.empty();) {
    used = session_.read(tunnelled_);
    take_session_events();
    tunnelled_.erase(0, used);
  }
  return size;
}

void SpdyForward::take_session_events() {
  for (spdy::Event& event : session_.take_events()) {
    Id connection = 0;
    if (event.kind == spdy::Event::Kind::Opened) {
      opened(event);
      continue;
    }
    if (pair_of_data(event.stream, connection) == nullptr) {
      session_.taken(event.stream, event.data.size());
      continue;
    }
    switch (event.kind) {
      case spdy::Event::Kind::Data:
        events_.push_back({Event::Kind::Data, connection, 0, std::move(event.data)});
        break;
      case spdy::Event::Kind::Finished:
        events_.push_back({Event::Kind::Finished, connection});
        break;
      case spdy::Event::Kind::Reset:
        events_.push_back({Event::Kind::Reset, connection});
        break;
      case spdy::Event::Kind::Opened:
        break;
    }
  }
}

void SpdyForward::opened(const spdy::Event& event) {
  const std::string_view type = spdy::value_of(event.headers, "streamtype");
  const auto port = parse_port(spdy::value_of(event.headers, "port"));
  if (!port || (type != "data" && type != "error")) {
    session_.reset(event.stream, spdy::ResetReason::ProtocolError);
    return;
  }
  const std::string request_id = request_id_of(event, type);
  auto at = std::find_if(pairs_.begin(), pairs_.end(),
                         [&](const auto& pair) { return pair.second.request_id == request_id; });
  if (at == pairs_.end()) at = pairs_.emplace(++last_, Pair{request_id, *port, {}, {}}).first;
  Pair& pair = at->second;
  auto& stream = type == "data" ? pair.data : pair.error;
  if (stream) {
    session_.reset(event.stream, spdy::ResetReason::ProtocolError);
    return;
  }
  stream = event.stream;
  session_.accept(event.stream);
  if (pair.data && pair.error) events_.push_back({Event::Kind::Opened, at->first, pair.port});
}

/// A pair counts once both its streams are there.
SpdyForward::Pair* SpdyForward::pair_of_data(spdy::StreamId stream, Id& connection) {
  for (auto& [id, pair] : pairs_) {
    if (pair.data != stream || !pair.error) continue;
    connection = id;
    return &pair;
  }
  return nullptr;
}

void SpdyForward::send(Id connection, std::string_view data) {
  if (const auto at = pairs_.find(connection); at != pairs_.end() && !data.empty()) {
    session_.send(*at->second.data, data);
  }
}

void SpdyForward::taken(Id connection, std::size_t size) {
  if (const auto at = pairs_.find(connection); at != pairs_.end()) {
    session_.taken(*at->second.data, size);
  }
}

void SpdyForward::end(Id connection, std::string_view error) {
  const auto at = pairs_.find(connection);
  if (at == pairs_.end()) return;
  const Pair& pair = at->second;
  if (!error.empty()) session_.send(*pair.error, error);
  session_.finish(*pair.error);
  if (error.empty()) {
    session_.finish(*pair.data);
  } else {
    session_.reset(*pair.data, spdy::ResetReason::Cancel);
  }
  pairs_.erase(at);
}

void SpdyForward::close() {
  if (std::exchange(closed_, true)) return;
  session_.go_away();
}

std::string SpdyForward::take_output() {
  std::string frames = session_.take_output();
  if (carrier_ == SpdyCarrier::Connection) return frames;
  std::string out = std::exchange(control_, {});
  for (std::string_view rest = frames; !rest.empty();) {
    const std::string_view piece = rest.substr(0, kMaxForwardMessage);
    websocket::append_frame(out, websocket::Opcode::Binary, piece);
    rest.remove_prefix(piece.size());
  }
  if (closed_ || tunnel_over_) {
    websocket::append_close(out, websocket::kNormalClosure);
    tunnel_over_ = true;
  }
  return out;
}

}  // namespace kaudit::apiserver::streaming
