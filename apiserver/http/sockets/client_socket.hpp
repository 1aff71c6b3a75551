#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <sys/types.h>

#include "apiserver/http/sockets/poller.hpp"

namespace kaudit::apiserver::http {

/// A client's connected socket, non-blocking. Bytes are moved as recv(2) and send(2) do it; what a
/// call finds out spares the next one: after a read that brought less than was asked for, nothing
/// more can be there until the kernel says so. Lives on the thread of its poller.
class ClientSocket : public Poller::Hook {
 public:
  /// Owns the descriptor from here on, whatever happens. Throws boost::system::system_error when
  /// the kernel cannot watch it.
  ClientSocket(Poller& poller, int descriptor);
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  asio::any_io_executor executor() { return poller_.executor(); }

  enum class Keep : std::uint8_t {
    No,
    Yes,  ///< what is read stays to be read again
  };
  /// Like recv(2): bytes, 0 at the end, -1 and errno. EAGAIN, often without asking the kernel.
  ssize_t receive(char* to, std::size_t size, Keep keep = Keep::No) noexcept;
  /// Like send(2); no SIGPIPE.
  ssize_t send(std::string_view data) noexcept;

  /// After -1 of either: whether it may be tried again, when the socket is ready.
  static bool may_try_again() noexcept;

  enum class Direction : std::uint8_t { Read = 1, Write = 2 };
  /// Whether receive() or send() may do something but say EAGAIN.
  bool is_ready(Direction direction) const noexcept;
  /// To be awaited at once, when it is not ready. Ends when it is, or by cancel().
  asio::awaitable<void> wait(Direction direction);
  /// The same for a task.
  void wait_to_read(std::shared_ptr<WaitList::Task> task) { readers_.add(std::move(task)); }
  /// Ends all waits, but not within this call.
  void cancel() noexcept;

  /// Both directions, or only what is sent; see shutdown(2).
  void shutdown() noexcept;
  void shutdown_send() noexcept;
  /// Ends its waits as well.
  void close() noexcept;

 private:
  friend class Poller;

  void note(std::uint32_t events) noexcept;
  void end_waits(unsigned directions) noexcept;
  void hand_over(WaitList& readers, WaitList& writers) noexcept;

  Poller& poller_;
  int descriptor_;
  bool readable_ = true;  ///< as far as is known
  bool writable_ = true;
  bool ended_ = false;  ///< the peer's end has come, or an error: to be read, however often
  unsigned due_ = 0;    ///< directions whose waits end with the poller's next turn
  WaitList readers_;
  WaitList writers_;
};

}  // namespace kaudit::apiserver::http
