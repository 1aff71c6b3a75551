#include "apiserver/api/watch/watch_socket.hpp"

#include <utility>

namespace kaudit::apiserver::api {

namespace websocket = http::websocket;

boost::asio::awaitable<bool> WatchSocket::open() {
  const websocket::Handshake handshake = websocket::shake_hands(scope_.request());
  // Whatever comes of it: the status line is decided here. (So audit events say 101 of a refused
  // handshake, too: facts 19.)
  co_await scope_.response.hijack(101, handshake.answer);
  if (handshake.accepted) scope_.exchange.on_received([this] { read(); });
  co_return handshake.accepted;
}

void WatchSocket::read() {
  const bool was_closed = closed_;
  scope_.exchange.consume(reader_.read(scope_.exchange.received()));
  for (const websocket::Frame& frame : reader_.take()) {
    if (frame.opcode == websocket::Opcode::Ping) {
      websocket::append_frame(replies_, websocket::Opcode::Pong, frame.payload);
    } else if (frame.opcode == websocket::Opcode::Close) {
      closed_ = true;
    }
  }
  closed_ = closed_ || reader_.broken();
  if (wake_ && (!replies_.empty() || closed_ != was_closed)) wake_();
}

boost::asio::awaitable<void> WatchSocket::close() {
  std::string out = take_replies();
  websocket::append_close(out, websocket::kNormalClosure);
  co_await scope_.response.write(out);
}

}  // namespace kaudit::apiserver::api
