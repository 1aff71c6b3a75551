#include "apiserver/loopback/memory_exchange.hpp"

namespace kaudit::apiserver::loopback {

using boost::asio::awaitable;

MemoryExchange::MemoryExchange(boost::asio::any_io_executor executor, http::Request request,
                               std::string body)
    : executor_(std::move(executor)), request_(std::move(request)), body_(std::move(body)) {}

awaitable<tl::expected<std::string, http::BodyError>> MemoryExchange::read_body(std::size_t limit) {
  if (body_.size() > limit) co_return tl::unexpected(http::BodyError::TooLarge);
  co_return std::exchange(body_, {});
}

awaitable<void> MemoryExchange::interim(int /*status*/) { co_return; }

awaitable<void> MemoryExchange::send(http::Response response) {
  if (!aborted_) answer_ = std::move(response);
  co_return;
}

awaitable<void> MemoryExchange::begin(int status, http::Headers headers) {
  if (!aborted_) answer_ = http::Response(status, std::move(headers));
  co_return;
}

awaitable<void> MemoryExchange::write(std::string_view piece) {
  if (!aborted_) answer_.body += piece;
  co_return;
}

awaitable<void> MemoryExchange::finish() { co_return; }

awaitable<void> MemoryExchange::hijack(std::string_view /*head*/) {
  aborted_ = true;
  co_return;
}

void MemoryExchange::abort() noexcept {
  aborted_ = true;
  answer_.status = 0;
}

}  // namespace kaudit::apiserver::loopback
