#include "apiserver/streaming/far_end.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace kaudit::apiserver::streaming {
namespace {

using boost::system::error_code;
using Tcp = boost::asio::ip::tcp;

/// The echo service: what comes in goes out.
class Echo final : public FarEnd {
 public:
  std::size_t take(std::string_view bytes) override {
    const std::size_t size = std::min(bytes.size(), kRoom - buffer_.size());
    buffer_ += bytes.substr(0, size);
    return size;
  }
  void end_input() override { ended_ = true; }
  std::string give(std::size_t limit) override {
    std::string bytes = buffer_.substr(0, limit);
    buffer_.erase(0, bytes.size());
    return bytes;
  }
  bool done() const override { return ended_ && buffer_.empty(); }
  const std::string& error() const override { return error_; }

 private:
  static constexpr std::size_t kRoom = std::size_t{32} * 1024;
  std::string buffer_;
  const std::string error_;
  bool ended_ = false;
};

class Refused final : public FarEnd {
 public:
  explicit Refused(std::string why) : error_(std::move(why)) {}
  std::size_t take(std::string_view bytes) override { return bytes.size(); }
  void end_input() override {}
  std::string give(std::size_t /*limit*/) override { return {}; }
  bool done() const override { return true; }
  const std::string& error() const override { return error_; }

 private:
  const std::string error_;
};

std::string dial_error(std::uint16_t port, const std::string& why) {
  return "failed to connect to localhost:" + std::to_string(port) + ": " + why;
}

/// A TCP connection within this machine; what waits for it keeps it until it is closed.
class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(const boost::asio::any_io_executor& executor, std::uint16_t port,
       std::shared_ptr<Waker> waker)
      : socket_(executor), port_(port), waker_(std::move(waker)) {}

  void connect(const Tcp::endpoint& address) {
    socket_.async_connect(address, [self = shared_from_this()](const error_code& failed) {
      if (failed) {
        self->break_off(dial_error(self->port_, failed.message()));
      } else {
        error_code ignored;
        self->socket_.non_blocking(true, ignored);
        self->connected_ = true;
      }
      self->waker_->wake();
    });
  }

  void close() {
    done_ = true;
    error_code ignored;
    socket_.close(ignored);
  }

  std::size_t take(std::string_view bytes) {
    if (done_) return bytes.size();
    if (!connected_) return 0;
    error_code failed;
    const std::size_t size =
        socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), failed);
    if (failed == boost::asio::error::would_block) {
      wait(Tcp::socket::wait_write, write_pending_);
    } else if (failed) {
      break_off(failed.message());
    }
    return failed ? 0 : size;
  }

  void end_input() {
    error_code ignored;
    if (connected_) socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  }

  std::string give(std::size_t limit) {
    if (!connected_ || done_) return {};
    std::string bytes(limit, '\0');
    error_code failed;
    bytes.resize(socket_.read_some(boost::asio::buffer(bytes), failed));
    if (failed == boost::asio::error::would_block) {
      wait(Tcp::socket::wait_read, read_pending_);
    } else if (failed == boost::asio::error::eof) {
      done_ = true;
    } else if (failed) {
      break_off(failed.message());
    }
    return bytes;
  }
  bool connected() const noexcept { return connected_; }
  bool done() const noexcept { return done_; }
  const std::string& error() const noexcept { return error_; }

 private:
  void wait(Tcp::socket::wait_type what, bool& pending) {
    if (std::exchange(pending, true)) return;
    socket_.async_wait(what, [self = shared_from_this(), &pending](const error_code& /*failed*/) {
      pending = false;
      self->waker_->wake();
    });
  }

  void break_off(std::string why) {
    error_ = std::move(why);
    done_ = true;
  }

  Tcp::socket socket_;
  const std::uint16_t port_;
  const std::shared_ptr<Waker> waker_;
  std::string error_;
  bool connected_ = false;
  bool done_ = false;
  bool read_pending_ = false;
  bool write_pending_ = false;
};

class Loopback final : public FarEnd {
 public:
  explicit Loopback(std::shared_ptr<Peer> peer) : peer_(std::move(peer)) {}
  ~Loopback() override { peer_->close(); }
  std::size_t take(std::string_view bytes) override { return peer_->take(bytes); }
  bool takes_end() const override { return peer_->connected() || peer_->done(); }
  void end_input() override { peer_->end_input(); }
  std::string give(std::size_t limit) override { return peer_->give(limit); }
  bool done() const override { return peer_->done(); }
  const std::string& error() const override { return peer_->error(); }

 private:
  const std::shared_ptr<Peer> peer_;
};

}  // namespace

std::unique_ptr<FarEnd> reach(const ForwardTargets::Target& target, std::uint16_t port,
                              const boost::asio::any_io_executor& executor,
                              std::shared_ptr<Waker> waker) {
  switch (target.kind) {
    case ForwardTargets::Target::Kind::Echo:
      return std::make_unique<Echo>();
    case ForwardTargets::Target::Kind::Refuse:
      return std::make_unique<Refused>(dial_error(port, "Connection refused"));
    case ForwardTargets::Target::Kind::Address:
      break;
  }
  auto peer = std::make_shared<Peer>(executor, port, std::move(waker));
  peer->connect(target.address);
  return std::make_unique<Loopback>(std::move(peer));
}

}  // namespace kaudit::apiserver::streaming
