#pragma once

#include "apiserver/http/exchange.hpp"
#include "apiserver/http/server.hpp"

namespace kaudit::apiserver::http {

/// What the connections of one thread share; outlives them.
struct ConnectionEnvironment {
  const ServerOptions& options;
  Handler& handler;
  const bool& stopping;  ///< requests that are at work end with `Connection: close`
};

}  // namespace kaudit::apiserver::http
