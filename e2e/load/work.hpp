#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "e2e/load/channel.hpp"

namespace kaudit::e2e::load {

/// A request that is sent again and again. NAME in path and body stands for a name of its own.
struct Work {
  std::string method = "GET";
  std::string path;
  std::string content_type = "application/json";
  std::string body;
  int expected = 200;  ///< status
};

/// `text` with the first NAME in it replaced.
std::string with_name(const std::string& text, std::string_view name);

/// One kept-alive connection, with one request under way at a time. What fails throws. For one
/// thread.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void send(const Work& work, std::string_view name) = 0;
  /// Reads what has come of the answer; its status once it is whole. To be called when the
  /// descriptor is readable: it waits for at least one byte.
  virtual std::optional<int> receive() = 0;
  virtual int descriptor() const = 0;
};

std::unique_ptr<Connection> connect_http1(SSL_CTX* context, const std::string& port);
std::unique_ptr<Connection> connect_http2(SSL_CTX* context, const std::string& port);

}  // namespace kaudit::e2e::load
