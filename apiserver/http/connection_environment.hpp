#pragma once

#include <memory>
#include <unordered_set>

#include "apiserver/http/exchange.hpp"
#include "apiserver/http/round.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/http/sockets/poller.hpp"

namespace kaudit::apiserver::http {

class Connection;

/// What the connections of one thread share; outlives them.
struct ConnectionEnvironment {
  const ServerOptions& options;
  Handler& handler;
  Poller& poller;
  Round& round;
  const bool& stopping;  ///< requests that are at work end with `Connection: close`
  const std::unordered_set<std::shared_ptr<Connection>>& connections;  ///< that are open

  bool is_shared() const noexcept { return connections.size() > 1; }
};

}  // namespace kaudit::apiserver::http
