#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/custom/registry.hpp"
#include "apiserver/request_scope.hpp"
#include "audit/counters.hpp"

namespace prometheus {
struct MetricFamily;
}

namespace kaudit::apiserver::identity {
class ServiceAccountTokens;
}

namespace kaudit::apiserver::nonresource {

class CustomDocuments;

/// What NonResource serves beside what every server serves.
struct NonResourceOptions {
  /// Shown by /metrics; must outlive the handler.
  const audit::Counters* counters = nullptr;
  /// More for /metrics, asked at each request; may be none.
  std::function<std::vector<prometheus::MetricFamily>()> backend_metrics{};
  /// True from the signal to stop on: /readyz fails. May be none.
  std::function<bool()> is_stopping{};
  /// `--enable-debug-endpoints`
  bool debug_endpoints = false;
  /// "127.0.0.1:6443", as discovery says it; asked at each request because the port may be found
  /// late.
  std::function<std::string()> server_address;
  /// Whose keys verify service accounts' tokens; null: nothing is said of any.
  std::shared_ptr<const identity::ServiceAccountTokens> accounts = nullptr;
  /// Kinds beside those of the table.
  std::shared_ptr<const custom::Registry> definitions = std::make_shared<const custom::Registry>();
};

/// Answers the paths that are not resources: legacy discovery, /version, health checks, /metrics,
/// OpenAPI, the list of paths at / (and with 404 for every unknown path), and the debug endpoints.
/// Any thread.
class NonResource {
 public:
  explicit NonResource(NonResourceOptions options);
  boost::asio::awaitable<Answer> handle(RequestScope& scope) const;

 private:
  using Endpoint = std::function<boost::asio::awaitable<Answer>(RequestScope&)>;

  void add(std::string path, Endpoint endpoint) {
    endpoints_.emplace(std::move(path), std::move(endpoint));
  }
  void add_discovery();
  /// Nothing for a path that no definition has.
  std::optional<Answer> custom_discovery(RequestScope& scope, std::string_view path) const;
  std::optional<Answer> custom_openapi(RequestScope& scope, std::string_view path) const;
  void add_health();
  void add_openapi();
  void add_openid();
  void add_debug();

  NonResourceOptions options_;
  std::shared_ptr<const CustomDocuments> discovery_;
  std::shared_ptr<const CustomDocuments> openapi_;
  std::map<std::string, Endpoint, std::less<>> endpoints_;
  std::string path_list_;  ///< JSON
};

}  // namespace kaudit::apiserver::nonresource
