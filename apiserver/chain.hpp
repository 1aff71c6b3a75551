#pragma once

#include "apiserver/filter.hpp"
#include "apiserver/http/exchange.hpp"
#include "apiserver/routing.hpp"

namespace kaudit::apiserver {

/// Everything a request goes through, from the transport to the handler and back. One object serves
/// all threads.
class Chain final : public http::Handler {
 public:
  /// `services` without a handler: the routes come after the last filter.
  Chain(Services services, Routes routes);
  boost::asio::awaitable<void> handle(http::Exchange& transport) override;

 private:
  Services services_;  // constant after construction
};

}  // namespace kaudit::apiserver
