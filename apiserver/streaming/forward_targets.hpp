#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/result.hpp"

namespace kaudit::apiserver::streaming {

/// What is behind a Pod's ports, by its annotation kaudit.io/port-forward: entries
/// `[PORT=]TARGET` with commas between them, where a target is a loopback address with its port,
/// `echo` or `refuse`. An entry without a port is for all others; without one they echo.
class ForwardTargets {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;
  struct Target {
    enum class Kind : std::uint8_t { Echo, Refuse, Address } kind = Kind::Echo;
    Endpoint address = {};
  };

  /// Error: the entry that is wrong, and what may stand there.
  static Result<ForwardTargets> parse(std::string_view annotation);
  const Target& find(std::uint16_t port) const noexcept;

 private:
  struct Entry {
    std::uint16_t port;
    Target target;
  };
  std::vector<Entry> entries_;
  Target others_;
};

/// A decimal port, 1 to 65535.
std::optional<std::uint16_t> parse_port(std::string_view text) noexcept;

}  // namespace kaudit::apiserver::streaming
