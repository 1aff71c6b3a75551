#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/http/exchange.hpp"

namespace kaudit::apiserver::loopback {

/// A request of the server's own, with its answer: a transport without a connection. The client
/// never leaves; a protocol other than HTTP cannot take it over.
class MemoryExchange final : public http::Exchange {
 public:
  MemoryExchange(boost::asio::any_io_executor executor, http::Request request, std::string body);

  /// What came, whole; status 0 when nothing was sent (the connection was cut).
  const http::Response& answer() const noexcept { return answer_; }

  boost::asio::any_io_executor executor() override { return executor_; }
  const http::Request& request() const noexcept override { return request_; }
  boost::asio::awaitable<tl::expected<std::string, http::BodyError>> read_body(
      std::size_t limit) override;
  boost::asio::awaitable<void> interim(int status) override;
  boost::asio::awaitable<void> send(http::Response response) override;
  boost::asio::awaitable<void> begin(int status, http::Headers headers) override;
  boost::asio::awaitable<void> write(std::string_view piece) override;
  boost::asio::awaitable<void> finish() override;
  boost::asio::awaitable<void> hijack(std::string_view head) override;
  std::string_view received() const noexcept override { return {}; }
  void consume(std::size_t /*size*/) noexcept override {}
  void on_received(std::function<void()> /*callback*/) override {}
  void abort() noexcept override;
  bool client_gone() const noexcept override { return aborted_; }
  void on_client_gone(std::function<void()> /*callback*/) override {}

 private:
  const boost::asio::any_io_executor executor_;
  const http::Request request_;
  std::string body_;
  http::Response answer_{0};
  bool aborted_ = false;
};

}  // namespace kaudit::apiserver::loopback
