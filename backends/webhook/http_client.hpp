#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/client_config.hpp"
#include "backends/webhook/request_headers.hpp"
#include "backends/webhook/response_reader.hpp"
#include "backends/webhook/stream.hpp"
#include "backends/webhook/tls_context.hpp"
#include "base/result.hpp"

namespace kaudit::backends::webhook {

/// Posts to one URL by HTTP/1.1 on connections that are kept alive. Any number of threads: each has
/// a connection of its own while it posts; a few idle ones are kept.
class HttpClient {
 public:
  static constexpr std::size_t kMaxIdle = 25;
  static constexpr std::chrono::seconds kIdleTimeout{90};

  /// Reads certificates and the token; connects to nothing. Error: no client can be made of that.
  static Result<std::unique_ptr<HttpClient>> make(ClientConfig config);

  /// One POST with the query `timeout=30s`, and its answer, whatever it says. Failures have the
  /// texts of Go's http.Client: `Post "http://…": EOF`. Redirects are not followed.
  Outcome<Response> post(std::string_view body, const Patience& patience);

 private:
  struct Connection {
    std::unique_ptr<Stream> stream;
    std::uint64_t generation = 0;  ///< of the TLS settings
    SteadyTime idle_since{};
  };

  explicit HttpClient(ClientConfig config);

  Outcome<Response> exchange(std::string_view body, const Patience& patience);
  Outcome<Connection> connect(const TlsContext::Current& tls, const Patience& patience);
  Outcome<std::unique_ptr<Stream>> connect_proxy(const Patience& patience);
  Outcome<Stream::Written> send(Stream& stream, std::string head, std::string_view body,
                                const Patience& patience) const;
  static Outcome<ResponseReader> receive(Stream& stream, const Patience& patience);
  std::optional<Connection> take_idle(std::uint64_t generation);
  void give_back(Connection connection);
  bool is_proxied_plainly() const;

  const ClientConfig config_;
  const std::string target_;  ///< of requests
  const std::string url_;     ///< for texts
  RequestHeads heads_;
  std::unique_ptr<TlsContext> tls_;        ///< null without https
  std::unique_ptr<TlsContext> proxy_tls_;  ///< null unless the proxy is https
  std::mutex mutex_;
  std::vector<Connection> idle_;  // guarded by mutex_; the last used one is last
};

}  // namespace kaudit::backends::webhook
