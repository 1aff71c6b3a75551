#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kaudit::backends {

/// Why events did not reach the receiver.
enum class LossReason : std::uint8_t {
  Refused,   ///< the receiver answered, but not with success
  Network,   ///< no connection, or it broke
  Tls,       ///< no handshake, or a certificate that does not verify
  Timeout,   ///< no answer in time
  Shutdown,  ///< given up, or handed in after shutdown
};
/// `refused`, `network`, … as a label of a metric.
std::string_view text(LossReason reason) noexcept;

/// Told what becomes of lists of events, for metrics. Called from any thread that delivers.
class DeliveryObserver {
 public:
  DeliveryObserver() = default;
  DeliveryObserver(const DeliveryObserver&) = delete;
  DeliveryObserver& operator=(const DeliveryObserver&) = delete;
  virtual ~DeliveryObserver() = default;

  /// A list arrived; `took` is from the first try on, retries included.
  virtual void delivered(std::size_t events, std::size_t bytes, std::chrono::nanoseconds took) = 0;
  /// A POST failed and is tried again.
  virtual void retried() = 0;
  virtual void lost(std::size_t events, LossReason reason) = 0;
};

}  // namespace kaudit::backends
