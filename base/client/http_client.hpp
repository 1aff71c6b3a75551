#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/client/client_config.hpp"
#include "base/client/failure.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/client/request_headers.hpp"
#include "base/client/response.hpp"
#include "base/client/tls_settings.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::client {

class CurlSession;

/// Posts to one URL by HTTP/1.1 on connections that are kept alive. Any number of threads: each has
/// a connection of its own while it posts; a few idle ones are kept.
class HttpClient {
 public:
  static constexpr std::size_t kMaxIdle = 25;
  static constexpr std::chrono::seconds kIdleTimeout{90};

  /// Reads certificates and the token; connects to nothing. Error: no client can be made of that.
  static Result<std::unique_ptr<HttpClient>> make(ClientConfig config);
  ~HttpClient();

  /// One POST with the query `timeout=SECONDS`, and its answer, whatever it says. Failures have the
  /// texts of Go's http.Client: `Post "http://…": EOF`. Redirects are not followed.
  Outcome<Response> post(std::string_view body, const Patience& patience,
                         std::chrono::seconds timeout = std::chrono::seconds(30));

  /// What is posted to by default, with its query and without any password.
  std::string url() const { return url_ + "?timeout=30s"; }

 private:
  struct Idle {
    std::unique_ptr<CurlSession> session;
    SteadyTime since;
  };

  explicit HttpClient(ClientConfig config);

  std::unique_ptr<CurlSession> take_session();
  void give_back(std::unique_ptr<CurlSession> session);
  /// Why nothing can be sent whatever the receiver does.
  std::optional<std::string> unusable() const;
  bool is_proxied_plainly() const;

  const ClientConfig config_;
  const std::string target_;  ///< of requests, without the query
  const std::string url_;     ///< for texts, likewise
  RequestHeaders headers_;
  std::unique_ptr<TlsFiles> tls_;  ///< null when neither the receiver nor the proxy is https
  Mutex mutex_;
  std::vector<Idle> idle_ KAUDIT_GUARDED_BY(mutex_);  ///< the last used one is last
};

}  // namespace kaudit::client
