#pragma once

#include "apiserver/filter.hpp"
#include "apiserver/http/exchange.hpp"

namespace kaudit::apiserver {

/// Everything a request goes through, from the transport to the resource handler. One object serves
/// all threads.
class Chain final : public http::Handler {
 public:
  explicit Chain(Services services) : services_(std::move(services)) {}
  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

 private:
  const Services services_;
};

}  // namespace kaudit::apiserver
