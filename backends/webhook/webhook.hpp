#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "audit/base/result.hpp"
#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "backends/options.hpp"
#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// Why events did not reach the receiver.
enum class LossReason : std::uint8_t {
  Refused,   ///< the receiver answered, but not with success
  Network,   ///< no connection, or it broke
  Tls,       ///< no handshake, or a certificate that does not verify
  Timeout,   ///< no answer in time
  Shutdown,  ///< given up, or handed in after shutdown()
};
std::string_view text(LossReason reason) noexcept;

/// Told what becomes of lists of events, for metrics. Called from any thread that delivers.
class DeliveryObserver {
 public:
  virtual ~DeliveryObserver() = default;
  /// A list arrived; `took` is from the first try on, retries included.
  virtual void delivered(std::size_t events, std::size_t bytes, std::chrono::nanoseconds took) = 0;
  /// A POST failed and is tried again.
  virtual void retried() = 0;
  virtual void lost(std::size_t events, LossReason reason) = 0;
};

/// Posts events to a receiver that a kubeconfig names: one process() is one POST of one EventList,
/// tried again until it is delivered or its attempts are used up (spec section 6; what is refused
/// or bounded on purpose: section 8).
///
/// process() is for any number of threads at once and waits on the caller's thread: up to 30 s for
/// each try, and between them. It returns false when the events are lost, which is counted and
/// told. (k8s.io/apiserver plugin/pkg/audit/webhook)
class Webhook final : public audit::Backend {
 public:
  /// Loads the kubeconfig and makes the client; connects to nothing. Errors have the texts of
  /// kube-apiserver without its `initializing audit webhook: `; where in the file it is goes to the
  /// server's log. `counters` and `observer` must outlive the backend.
  static Result<std::unique_ptr<Webhook>> open(const WebhookOptions& options,
                                               audit::Counters& counters,
                                               DeliveryObserver* observer = nullptr);
  ~Webhook() override;

  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return true; }
  /// Refuses what comes later and waits for the process() calls under way. They may take all their
  /// retries: give_up() ends them.
  void shutdown() override;
  std::string describe() const override { return "webhook"; }

  /// Cuts every try and every wait short, now and from now on: what is not delivered is lost,
  /// counted and told. For a deadline on shutdown. Any thread.
  void give_up() noexcept;

 private:
  class Delivery;
  explicit Webhook(std::unique_ptr<Delivery> delivery);

  std::unique_ptr<Delivery> delivery_;
};

}  // namespace kaudit::backends
