#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <tl/expected.hpp>

#include "apiserver/cancellation.hpp"
#include "apiserver/webhooks/service_resolver.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/client/response.hpp"
#include "base/mutex.hpp"

namespace kaudit::client {
class HttpClient;
}  // namespace kaudit::client

namespace kaudit::apiserver::webhooks {

/// Where a webhook is: a URL, or a Service. (admissionregistration/v1 WebhookClientConfig, and
/// apiextensions/v1's)
struct WebhookTarget {
  std::string url;  ///< "" = the Service
  std::string service_namespace;
  std::string service_name;
  std::string service_path;
  int service_port = 443;
  std::string ca_bundle;  ///< PEM; "" = what the system trusts

  friend bool operator==(const WebhookTarget&, const WebhookTarget&) = default;
};

/// Why there is no answer, in the words of Kubernetes' client: what comes behind
/// `failed calling webhook "NAME": `.
struct CallFailure {
  std::string text;
  bool cancelled = false;  ///< nobody waits for the request any more
};

/// Posts JSON to webhooks, for whatever has some: admission, conversion. Any thread; the request
/// waits for the answer, its thread does not. Connections are kept for the next call.
class WebhookCaller {
 public:
  static constexpr std::size_t kMostClients = 200;
  static constexpr std::size_t kThreads = 32;  ///< calls under way at once; more of them wait
  /// Bytes of an answer. A longer one is a failure.
  static constexpr std::size_t kMostBytes = std::size_t{3} << 20U;

  WebhookCaller(ServiceResolver services, std::string user_agent);
  ~WebhookCaller();

  /// The body of an answer that is a success. It ends by the deadline, which is also told to the
  /// webhook (`?timeout=10s`), or when the request is cancelled.
  boost::asio::awaitable<tl::expected<std::string, CallFailure>> post(
      const WebhookTarget& target, std::string body, std::chrono::steady_clock::time_point deadline,
      Cancellation& cancellation);

  /// Ends all calls, those to come as well.
  void give_up() noexcept;

 private:
  using ClientPtr = std::shared_ptr<client::HttpClient>;
  using Clients = std::list<std::pair<std::string, ClientPtr>>;

  tl::expected<ClientPtr, CallFailure> client_of(const WebhookTarget& target);
  tl::expected<ClientPtr, CallFailure> make_client(const WebhookTarget& target) const;
  boost::asio::thread_pool& pool();

  const ServiceResolver services_;
  const std::string user_agent_;
  Mutex mutex_;
  Clients clients_ KAUDIT_GUARDED_BY(mutex_);  ///< the last used one is first
  std::unordered_map<std::string, Clients::iterator> by_target_ KAUDIT_GUARDED_BY(mutex_);
  bool gave_up_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::list<client::GiveUpSignal*> under_way_ KAUDIT_GUARDED_BY(mutex_);
  /// Made with the first call: a server without webhooks has none. Last, so that its threads end
  /// before what they use.
  std::unique_ptr<boost::asio::thread_pool> pool_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::webhooks
