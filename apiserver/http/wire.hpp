#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "apiserver/http/input_buffer.hpp"
#include "apiserver/http/plain_stream.hpp"
#include "apiserver/http/round.hpp"
#include "apiserver/http/sockets/client_socket.hpp"
#include "apiserver/http/tls/tls_stream.hpp"

namespace kaudit::apiserver::http {

namespace asio = boost::asio;

/// One client's connection as bytes: TLS or not, the input buffer, deadlines, and the notice that
/// the client has gone.
///
/// Only this class reads from the client. Reading never blocks and waiting may be given up at any
/// time, so a request may be read while the watch for the client's end is still pending: the first
/// of the two puts the bytes into the buffer. Lives on one thread, in a shared_ptr that pending
/// operations hold.
class Wire final : public std::enable_shared_from_this<Wire>, private WaitList::Task {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes the descriptor over, of a connected socket. `context` null: bytes pass as they are,
  /// without TLS. `poller` and `round`: of its thread.
  Wire(int descriptor, SSL_CTX* context, std::chrono::milliseconds write_timeout, Poller& poller,
       Round& round);

  asio::any_io_executor executor() { return socket_.executor(); }

  /// False when it failed or took too long. (A client that speaks plain HTTP gets an answer that
  /// says so.)
  asio::awaitable<bool> handshake(std::chrono::milliseconds timeout);
  /// Null when the client presented none.
  std::shared_ptr<const PeerCertificate> peer_certificate() const;

  /// What was agreed on in the handshake: "h2", "http/1.1", or "" without ALPN.
  std::string_view protocol() const noexcept {
    return tls_ ? tls_->protocol() : std::string_view();
  }

  /// What has been received and not consumed.
  std::string_view received() const noexcept { return buffer_.view(); }
  void consume(std::size_t size) noexcept { buffer_.consume(size); }
  /// Whether fill() may have more without waiting.
  bool holds_input() const noexcept {
    return socket_.is_ready(Direction::Read) || (tls_ && tls_->holds_input());
  }
  /// Between requests: forgets how much the last one sent at once.
  void rest();
  enum class Fill : std::uint8_t { Data, Closed, Timeout };
  /// What the caller expects of the client: Silence, where it is the client's turn, spares a read
  /// in vain.
  enum class Likely : std::uint8_t { Data, Silence };
  /// Waits until there is more in received().
  asio::awaitable<Fill> fill(Likely next = Likely::Data);
  /// For every fill() from now on, until it is set again.
  void expire_reads_after(std::chrono::milliseconds timeout);
  void never_expire_reads() noexcept { read_deadline_ = Clock::time_point::max(); }

  /// Completes when all has been handed to the kernel. Never fails: what a broken connection cannot
  /// take is dropped.
  asio::awaitable<void> write(std::string_view data);
  /// How much of it could be handed to the kernel without waiting; write() has to go on with
  /// exactly the rest. Of a broken connection all is dropped.
  std::size_t write_now(std::string_view data);

  /// While watched, the client's end is noticed although nobody reads: client_gone() turns true,
  /// the callback runs.
  void watch();
  void unwatch() noexcept {
    watched_ = false;
    drops_overflow_ = false;
  }
  /// Until unwatch(): a client that sends more ahead of its turn than is kept stays watched; what
  /// it sends is dropped, and overflowed() says so. (Else the watching rests until its turn comes.)
  void drop_overflow() noexcept { drops_overflow_ = true; }
  bool overflowed() const noexcept { return overflowed_; }
  bool client_gone() const noexcept { return client_gone_; }
  bool is_cut() const noexcept { return cut_; }
  /// Called once; at once when the client has already gone. Null takes it back.
  void on_client_gone(std::function<void()> callback);

  /// Called once when that time has come, whatever else is under way. Null takes it back.
  void on_deadline(Clock::time_point at, std::function<void()> callback);

  /// While watched: called whenever there is more in received(), and at once when there is
  /// something already. It consumes, or the watching rests at kMaxReadAhead. Null takes it back.
  void on_received(std::function<void()> callback);

  /// Ends the pending fill() or handshake(), unless something has just come from the client.
  void interrupt() noexcept;
  /// Ends both directions at once; pending operations end.
  enum class Farewell : std::uint8_t { CloseNotify, None };
  void cut(Farewell farewell) noexcept;
  /// cut() as if the client had gone.
  void cut_as_gone();
  /// Closes in good order. Closing with unread bytes left resets the connection, and the client
  /// might never see its answer: what has come is dropped, and with Linger::Yes what still comes
  /// within a moment.
  enum class Linger : std::uint8_t { No, Yes };
  asio::awaitable<void> close(Linger linger);

 private:
  using Direction = ClientSocket::Direction;

  static constexpr std::size_t kFirstRead = InputBuffer::kUsualBytes;  // most requests fit
  static constexpr std::size_t kNextRead = 16 * 1024;                  // a TLS record

  TlsStream::Transfer read_some(char* data, std::size_t size);
  TlsStream::Transfer write_some(std::string_view data);
  void say_goodbye() noexcept;
  TlsStream::Step read_available();
  void release_empty_buffer();
  void client_has_gone();
  asio::awaitable<void> wait(Direction what);
  asio::awaitable<void> refuse_plain_http();
  asio::awaitable<void> drop_input(Linger linger);
  void go_on() noexcept override;
  void arm_watch();
  void watched_socket_is_readable();
  void arm_timer();
  void timer_expired();

  ClientSocket socket_;
  std::optional<TlsStream> tls_;
  PlainStream plain_;  ///< used where there is no TLS
  InputBuffer buffer_;
  std::size_t next_read_ = kFirstRead;
  asio::steady_timer timer_;
  Round& round_;
  const std::chrono::milliseconds write_timeout_;

  Clock::time_point read_deadline_ = Clock::time_point::max();
  Clock::time_point write_deadline_ = Clock::time_point::max();
  Clock::time_point request_deadline_ = Clock::time_point::max();  ///< of on_deadline()
  Clock::time_point timer_at_ = Clock::time_point::max();          ///< max: not armed
  bool read_expired_ = false;
  bool cut_ = false;
  bool interrupted_ = false;
  bool watched_ = false;
  bool watch_pending_ = false;
  bool drops_overflow_ = false;
  bool overflowed_ = false;
  bool client_gone_ = false;
  std::function<void()> on_client_gone_;
  std::function<void()> on_deadline_;
  std::function<void()> on_received_;
};

}  // namespace kaudit::apiserver::http
