#pragma once

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

}  // namespace kaudit::backends
