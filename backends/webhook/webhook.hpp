#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "audit/counters.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/sink.hpp"
#include "backends/plugin_error.hpp"
#include "backends/webhook/delivery_figures.hpp"
#include "backends/webhook/webhook_options.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::client {
class GiveUpSignal;
class HttpClient;
struct Failure;
}  // namespace kaudit::client

namespace kaudit::backends {

namespace webhook {
class DeliveryLog;
}  // namespace webhook

/// Posts events to a receiver that a kubeconfig names: one process() is one POST of one EventList,
/// tried again until it is delivered or its attempts are used up (audit-semantics 6.5; what is
/// refused or bounded on purpose: 8.2, 8.10, 8.11).
///
/// process() is for any number of threads at once and waits on the caller's thread: up to 30 s for
/// each try, and between them. It returns false when the events are lost, which is counted and
/// logged. Order between lists is not promised; a receiver recognizes repeated events by auditID
/// and stage. (k8s.io/apiserver plugin/pkg/audit/webhook)
class Webhook final : public audit::Backend {
 public:
  /// Loads the kubeconfig and makes the client; connects to nothing. Errors have the texts of
  /// kube-apiserver without its `initializing audit webhook: `; where in the file it is goes to the
  /// server's log. The counters and the trace's observer must outlive the backend.
  static Result<std::unique_ptr<Webhook>> open(const WebhookOptions& options,
                                               audit::Counters& counters,
                                               audit::DeliveryTrace trace = {});
  ~Webhook() override;

  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return true; }
  /// Refuses what comes later and waits for the process() calls under way. They may take all their
  /// retries: give_up() ends them.
  void shutdown() override;
  std::string describe() const override { return "webhook"; }
  void report(audit::Report& to) const override;

  /// Cuts every try and every wait short, now and from now on: what is not delivered is lost,
  /// counted and logged. For a deadline on shutdown. Any thread.
  void give_up() noexcept override;

  const DeliveryFigures& figures() const noexcept { return figures_; }

 private:
  /// A list on its way.
  struct Posting {
    std::span<const audit::EventPtr> events;
    std::string body{};
    std::uint32_t attempt = 1;
  };

  Webhook(const WebhookOptions& options, audit::Counters& counters, audit::DeliveryTrace trace,
          std::unique_ptr<client::HttpClient> client);

  bool enter();
  void leave();
  bool deliver(std::span<const audit::EventPtr> events);
  void lose(const Posting& list, const client::Failure& failure);
  /// Tries until it is delivered or given up.
  tl::expected<void, client::Failure> post(Posting& list);

  const std::chrono::nanoseconds initial_backoff_;
  PluginErrors errors_;
  const audit::DeliveryTrace trace_;
  DeliveryFigures figures_;
  const std::unique_ptr<client::GiveUpSignal> give_up_;
  const std::unique_ptr<client::HttpClient> client_;
  const std::unique_ptr<webhook::DeliveryLog> log_;
  Mutex mutex_;
  Condition idle_;
  std::size_t under_way_ KAUDIT_GUARDED_BY(mutex_) = 0;
  bool shut_down_ KAUDIT_GUARDED_BY(mutex_) = false;
};

}  // namespace kaudit::backends
