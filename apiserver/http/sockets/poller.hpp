#pragma once

#include <cstddef>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>

#include "apiserver/http/wait_list.hpp"

namespace kaudit::apiserver::http {

class ClientSocket;

/// Tells the sockets of one thread when something has come for them or can go. They are made known
/// to the kernel once, edge-triggered: a wait for one of them costs no call of the kernel, where
/// Asio's costs one a request (epoll_ctl), which is 3 % of it. All that is ready is looked at
/// together. (epoll(7))
///
/// Lives on one thread, longer than its sockets. While it has any, the io_context has work.
class Poller {
 public:
  explicit Poller(asio::io_context& io);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  asio::any_io_executor executor() { return ready_.get_executor(); }

 private:
  friend class ClientSocket;
  using Hook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  /// Throws boost::system::system_error.
  void add(ClientSocket& socket, int descriptor);
  void removed() noexcept;
  void let_go_on(ClientSocket& socket) noexcept;
  void wake() noexcept;
  void arm();
  void turn();
  void note_what_is_ready();

  asio::posix::stream_descriptor ready_;  ///< the epoll instance, itself watched by Asio
  bool armed_ = false;
  std::size_t sockets_ = 0;
  /// Those whose waits end with the next turn.
  boost::intrusive::list<ClientSocket, boost::intrusive::base_hook<Hook>,
                         boost::intrusive::constant_time_size<false>>
      due_;
  WaitList readers_;  ///< of the socket whose turn it is
  WaitList writers_;
};

}  // namespace kaudit::apiserver::http
