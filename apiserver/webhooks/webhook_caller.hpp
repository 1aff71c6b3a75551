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
#include "apiserver/webhooks/webhook_metrics.hpp"
#include "apiserver/webhooks/webhook_target.hpp"
#include "base/mutex.hpp"

namespace kaudit::client {
class HttpClient;
}  // namespace kaudit::client

namespace kaudit::apiserver::webhooks {

/// Why there is no answer, in the words of Kubernetes' client.
struct CallFailure {
  enum class Step : std::uint8_t {
    Client,  ///< the target cannot be used
    Call,
  };
  Step step;
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

  /// Where those who call say how it went.
  WebhookMetrics& metrics() noexcept { return metrics_; }

 private:
  struct Posting;
  class UnderWay;
  using ClientPtr = std::shared_ptr<client::HttpClient>;
  using Clients = std::list<std::pair<std::string, ClientPtr>>;

  tl::expected<ClientPtr, CallFailure> client_of(const WebhookTarget& target);
  tl::expected<ClientPtr, CallFailure> make_client(const WebhookTarget& target) const;
  boost::asio::thread_pool& pool();

  const ServiceResolver services_;
  const std::string user_agent_;
  WebhookMetrics metrics_;
  Mutex mutex_;
  Clients clients_ KAUDIT_GUARDED_BY(mutex_);  ///< the last used one is first
  std::unordered_map<std::string, Clients::iterator> by_target_ KAUDIT_GUARDED_BY(mutex_);
  bool gave_up_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::list<std::shared_ptr<Posting>> under_way_ KAUDIT_GUARDED_BY(mutex_);
  /// Made with the first call: a server without webhooks has none. Last, so that its threads end
  /// before what they use.
  std::unique_ptr<boost::asio::thread_pool> pool_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::webhooks
