#include "apiserver/http/wire.hpp"

#include <algorithm>
#include <array>
#include <sys/types.h>
#include <utility>

#include "apiserver/http/tls/peer_certificate.hpp"

namespace kaudit::apiserver::http {
namespace {

/// A client that sends this much ahead of its turn is no longer watched until its turn comes.
constexpr std::size_t kMaxReadAhead = 64 * 1024;
constexpr auto kLingerTime = std::chrono::milliseconds(500);
constexpr std::size_t kLingerBytes = std::size_t{16} * 1024 * 1024;

constexpr std::array<std::string_view, 5> kHttpStarts = {"GET /", "HEAD ", "POST ", "PUT /",
                                                         "OPTIO"};
constexpr std::string_view kPlainHttpAnswer =
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

/// By the beginnings that net/http knows.
bool looks_like_http(std::string_view start) {
  return std::find(kHttpStarts.begin(), kHttpStarts.end(), start) != kHttpStarts.end();
}

}  // namespace

Wire::Wire(int descriptor, SSL_CTX* context, std::chrono::milliseconds write_timeout,
           Poller& poller, Round& round)
    : socket_(poller, descriptor),
      plain_(socket_),
      timer_(socket_.executor()),
      round_(round),
      write_timeout_(write_timeout) {
  if (context != nullptr) tls_.emplace(*context, socket_);
}

std::shared_ptr<const PeerCertificate> Wire::peer_certificate() const {
  return tls_ ? tls_->peer_certificate() : nullptr;
}

TlsStream::Transfer Wire::read_some(char* data, std::size_t size) {
  return tls_ ? tls_->read(data, size) : plain_.read(data, size);
}

TlsStream::Transfer Wire::write_some(std::string_view data) {
  return tls_ ? tls_->write(data) : plain_.write(data);
}

/// TLS says that no more will come; the end of a plain connection says it itself.
void Wire::say_goodbye() noexcept {
  if (tls_) tls_->close_notify();
}

/// Whatever ends the wait, the caller looks at the state again.
asio::awaitable<void> Wire::wait(Direction what) {
  if (!socket_.is_ready(what)) co_await socket_.wait(what);
}

asio::awaitable<bool> Wire::handshake(std::chrono::milliseconds timeout) {
  if (!tls_) co_return true;
  expire_reads_after(timeout);
  bool peeked = false;
  while (!cut_ && !read_expired_ && !interrupted_) {
    if (!peeked) {
      std::array<char, 5> start{};
      const ssize_t size = socket_.receive(start.data(), start.size(), ClientSocket::Keep::Yes);
      if (size < 0 && ClientSocket::may_try_again()) {
        co_await wait(Direction::Read);
        continue;
      }
      peeked = true;
      if (size > 0 && looks_like_http({start.data(), static_cast<std::size_t>(size)})) {
        co_await refuse_plain_http();
        co_return false;
      }
    }
    switch (tls_->handshake()) {
      case TlsStream::Step::Done:
        never_expire_reads();
        co_return true;
      case TlsStream::Step::WantRead:
        co_await wait(Direction::Read);
        break;
      case TlsStream::Step::WantWrite:
        co_await wait(Direction::Write);
        break;
      case TlsStream::Step::Closed:
      case TlsStream::Step::Broken:
        co_return false;
    }
  }
  co_return false;
}

asio::awaitable<void> Wire::refuse_plain_http() {
  socket_.send(kPlainHttpAnswer);
  co_await close(Linger::Yes);
}

TlsStream::Step Wire::read_available() {
  const auto space = buffer_.prepare(next_read_);
  const auto [step, size] = read_some(space.data(), space.size());
  buffer_.commit(size);
  if (size == space.size()) {
    next_read_ = kNextRead;  // there is more where this came from
  }
  if (step == TlsStream::Step::Closed || step == TlsStream::Step::Broken) {
    client_has_gone();
  }
  return step;
}

void Wire::rest() { next_read_ = kFirstRead; }

/// Before a wait that may be long: nothing is kept for what has not come yet.
void Wire::release_empty_buffer() {
  buffer_.release();  // when it is empty
}

asio::awaitable<Wire::Fill> Wire::fill(Likely next) {
  if (next == Likely::Silence && !cut_ && !interrupted_ && !read_expired_ && !holds_input()) {
    release_empty_buffer();
    co_await socket_.wait(Direction::Read);
  }
  while (!cut_) {
    const TlsStream::Step step = read_available();
    const bool interrupted = std::exchange(interrupted_, false);
    if (step == TlsStream::Step::Done) {
      co_return Fill::Data;
    }
    if (client_gone_ || interrupted) {
      co_return Fill::Closed;
    }
    if (std::exchange(read_expired_, false)) {
      co_return Fill::Timeout;
    }
    release_empty_buffer();
    co_await wait(step == TlsStream::Step::WantWrite ? Direction::Write : Direction::Read);
  }
  co_return Fill::Closed;
}

std::size_t Wire::write_now(std::string_view data) {
  std::size_t written = 0;
  while (written < data.size() && !cut_) {
    const auto [step, size] = write_some(data.substr(written));
    switch (step) {
      case TlsStream::Step::Done:
        written += size;
        break;
      case TlsStream::Step::WantRead:
      case TlsStream::Step::WantWrite:
        return written;
      case TlsStream::Step::Closed:
      case TlsStream::Step::Broken:
        cut_as_gone();
        break;
    }
  }
  return data.size();
}

asio::awaitable<void> Wire::write(std::string_view data) {
  while (!data.empty() && !cut_) {
    const auto [step, size] = write_some(data);
    switch (step) {
      case TlsStream::Step::Done:
        data.remove_prefix(size);
        write_deadline_ = Clock::time_point::max();
        break;
      case TlsStream::Step::WantRead:
      case TlsStream::Step::WantWrite:
        if (write_deadline_ == Clock::time_point::max()) {
          write_deadline_ = Clock::now() + write_timeout_;
          arm_timer();
        }
        co_await wait(step == TlsStream::Step::WantRead ? Direction::Read : Direction::Write);
        break;
      case TlsStream::Step::Closed:
      case TlsStream::Step::Broken:
        cut_as_gone();
        break;
    }
  }
}

void Wire::watch() {
  watched_ = true;
  if (watch_pending_) {
    return;
  }
  // Most handlers answer before this runs: then the connection is spared a read and a wait.
  round_.add({shared_from_this(), this});
  watch_pending_ = true;
}

/// At the end of the round in which the watching began, and whenever the socket is readable.
void Wire::go_on() noexcept {
  watch_pending_ = false;
  try {
    watched_socket_is_readable();
  } catch (...) {  // no memory to wait with
    cut_as_gone();
  }
}

void Wire::watched_socket_is_readable() {
  while (watched_ && !watch_pending_ && !client_gone_ && !cut_) {
    if (buffer_.size() >= kMaxReadAhead) {
      if (!drops_overflow_) {
        return;
      }
      buffer_.clear();
      overflowed_ = true;
    }
    const TlsStream::Step step = read_available();
    if (step == TlsStream::Step::WantRead) {
      arm_watch();
    } else if (step != TlsStream::Step::Done) {
      return;
    } else if (on_received_) {
      on_received_();
    }
  }
}

void Wire::arm_watch() {
  release_empty_buffer();
  watch_pending_ = true;
  socket_.wait_to_read({shared_from_this(), this});
}

void Wire::client_has_gone() {
  if (!std::exchange(client_gone_, true)) {
    if (const auto callback = std::exchange(on_client_gone_, nullptr)) {
      callback();
    }
  }
}

void Wire::on_client_gone(std::function<void()> callback) {
  if (client_gone_ && callback) {
    callback();
    return;
  }
  on_client_gone_ = std::move(callback);
}

void Wire::on_deadline(Clock::time_point at, std::function<void()> callback) {
  request_deadline_ = at;
  on_deadline_ = std::move(callback);
  arm_timer();
}

void Wire::on_received(std::function<void()> callback) {
  on_received_ = std::move(callback);
  if (on_received_ && !buffer_.empty()) {
    on_received_();
  }
}

void Wire::expire_reads_after(std::chrono::milliseconds timeout) {
  read_expired_ = false;
  read_deadline_ = Clock::now() + timeout;
  arm_timer();
}

/// One timer serves all deadlines. It is set again only for an earlier one: a deadline that moves
/// on, as with each request, costs nothing until the timer runs out and finds it moved.
void Wire::arm_timer() {
  const Clock::time_point next = std::min({read_deadline_, write_deadline_, request_deadline_});
  if (cut_ || next >= timer_at_) {
    return;
  }
  timer_at_ = next;
  timer_.expires_at(next);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) {
      self->timer_expired();
    }
  });
}

void Wire::timer_expired() {
  timer_at_ = Clock::time_point::max();
  const Clock::time_point now = Clock::now();
  if (now >= write_deadline_) {
    cut_as_gone();
    return;
  }
  if (now >= read_deadline_) {
    never_expire_reads();
    read_expired_ = true;
    socket_.cancel();
  }
  if (now >= request_deadline_) {
    request_deadline_ = Clock::time_point::max();
    if (const auto callback = std::exchange(on_deadline_, nullptr)) {
      callback();
    }
  }
  arm_timer();
}

void Wire::interrupt() noexcept {
  interrupted_ = true;
  socket_.cancel();
}

void Wire::cut(Farewell farewell) noexcept {
  if (std::exchange(cut_, true)) {
    return;
  }
  if (farewell == Farewell::CloseNotify) {
    say_goodbye();
  }
  client_gone_ = true;
  on_client_gone_ = nullptr;
  socket_.shutdown();
  socket_.cancel();
  timer_.cancel();
}

void Wire::cut_as_gone() {
  client_has_gone();
  cut(Farewell::None);
}

asio::awaitable<void> Wire::close(Linger linger) {
  unwatch();
  if (!cut_) {
    say_goodbye();
    socket_.shutdown_send();
    expire_reads_after(kLingerTime);
    co_await drop_input(linger);
  }
  cut(Farewell::None);
  socket_.close();
}

/// The bytes need no decrypting to be dropped.
asio::awaitable<void> Wire::drop_input(Linger linger) {
  std::array<char, 4 * 1024> dropped{};
  for (std::size_t total = 0; !cut_ && !read_expired_ && total < kLingerBytes;) {
    const ssize_t size = socket_.receive(dropped.data(), dropped.size());
    if (size > 0) {
      total += static_cast<std::size_t>(size);
    } else if (size < 0 && ClientSocket::may_try_again() && linger == Linger::Yes) {
      co_await wait(Direction::Read);
    } else {
      break;
    }
  }
}

}  // namespace kaudit::apiserver::http
