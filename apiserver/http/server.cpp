#include "apiserver/http/server.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "apiserver/http/accept_failures.hpp"
#include "apiserver/http/tls/tls_context.hpp"
#include "apiserver/http/worker.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::http {
namespace {

/// For every two cores one: the other belongs to the clients, who are mostly on the same machine,
/// and to the backends' threads. With one more they change places on a core with each answer.
std::size_t usual_threads() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency() / 2);
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, std::shared_ptr<Handler> handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}
  ~Impl() { stop(std::chrono::milliseconds(0)); }

  Result<void> start();
  std::uint16_t port() const noexcept { return port_; }
  std::uint64_t accept_failures() const noexcept { return failures_.count(); }
  void stop(std::chrono::milliseconds grace);

 private:
  void run(Worker& worker);

  const ServerOptions options_;
  const std::shared_ptr<Handler> handler_;
  std::uint16_t port_ = 0;
  AcceptFailures failures_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;

  Mutex mutex_;
  Condition ended_;
  std::size_t running_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< threads
};

Result<void> Server::Impl::start() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options_.bind_address, error);
  if (error) {
    return fail("bind address \"" + options_.bind_address + "\" is not an IP address");
  }
  const std::size_t count = options_.threads != 0 ? options_.threads : usual_threads();
  if (auto free = check_port_is_free({address, options_.port}); !free) {
    return free;
  }
  std::vector<std::unique_ptr<Worker>> workers;
  port_ = options_.port;
  for (std::size_t i = 0; i < count; ++i) {
    // A context each: the threads need not share its counters.
    std::shared_ptr<SSL_CTX> context;
    if (options_.security == Security::Tls) {
      auto made = make_server_context(options_.certificate_pem, options_.private_key_pem,
                                      options_.http2 ? Protocols::Http1AndHttp2 : Protocols::Http1);
      if (!made) {
        return tl::unexpected(made.error());
      }
      context = *std::move(made);
    }
    workers.push_back(std::make_unique<Worker>(options_, *handler_, std::move(context), failures_));
    auto port = workers.back()->listen({address, port_});
    if (!port) {
      return tl::unexpected(port.error());
    }
    port_ = *port;
  }
  workers_ = std::move(workers);
  {
    const Lock lock(mutex_);
    running_ = count;
  }
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, target = worker.get()] { run(*target); });
  }
  return {};
}

void Server::Impl::run(Worker& worker) {
  worker.run();
  const Lock lock(mutex_);
  --running_;
  ended_.notify_all();
}

void Server::Impl::stop(std::chrono::milliseconds grace) {
  for (const auto& worker : workers_) {
    worker->begin_stop();
  }
  {
    Lock lock(mutex_);
    ended_.wait_for(lock, grace, [this]() KAUDIT_REQUIRES(mutex_) { return running_ == 0; });
  }
  for (const auto& worker : workers_) {
    worker->cut_all();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
  workers_.clear();
}

Server::Server(ServerOptions options, std::shared_ptr<Handler> handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler))) {}
Server::~Server() = default;
Result<void> Server::start() { return impl_->start(); }
std::uint16_t Server::port() const noexcept { return impl_->port(); }
std::uint64_t Server::accept_failures() const noexcept { return impl_->accept_failures(); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace kaudit::apiserver::http
