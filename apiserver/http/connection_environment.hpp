#pragma once

#include <cstddef>

#include "apiserver/http/exchange.hpp"
#include "apiserver/http/server.hpp"

namespace kaudit::apiserver::http {

/// What the connections of one thread share; outlives them.
struct ConnectionEnvironment {
  const ServerOptions& options;
  Handler& handler;
  const bool& stopping;            ///< requests that are at work end with `Connection: close`
  const std::size_t& connections;  ///< that are open
};

}  // namespace kaudit::apiserver::http
