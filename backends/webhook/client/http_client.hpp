#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/client/failure.hpp"
#include "backends/webhook/client/give_up_signal.hpp"
#include "backends/webhook/client/request_headers.hpp"
#include "backends/webhook/client/response.hpp"
#include "backends/webhook/client/tls_settings.hpp"
#include "backends/webhook/kubeconfig/client_config.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::backends::webhook {

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

  /// One POST with the query `timeout=30s`, and its answer, whatever it says. Failures have the
  /// texts of Go's http.Client: `Post "http://…": EOF`. Redirects are not followed.
  Outcome<Response> post(std::string_view body, const Patience& patience);

  /// What is posted to, with its query and without any password.
  const std::string& url() const noexcept { return url_; }

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
  const std::string target_;  ///< of requests
  const std::string url_;     ///< for texts
  RequestHeaders headers_;
  std::unique_ptr<TlsFiles> tls_;  ///< null when neither the receiver nor the proxy is https
  Mutex mutex_;
  std::vector<Idle> idle_ KAUDIT_GUARDED_BY(mutex_);  ///< the last used one is last
};

}  // namespace kaudit::backends::webhook
