#include "apiserver/api/watch/watch_socket.hpp"

namespace kaudit::apiserver::api {

namespace websocket = http::websocket;

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
  co_await scope_.exchange.write(out);
}

}  // namespace kaudit::apiserver::api
