#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace kaudit::client {

enum class FailureReason : std::uint8_t {
  Refused,   ///< the receiver answered, but not with success
  Network,   ///< no connection, or it broke
  Tls,       ///< no handshake, or a certificate that does not verify
  Timeout,   ///< no answer in time
  Shutdown,  ///< given up, or too late
};
/// `refused`, `network`, … as a label of a metric.
std::string_view text(FailureReason reason) noexcept;

/// Why a try came to nothing.
struct Failure {
  FailureReason reason = FailureReason::Network;
  std::string text;  ///< as Go's net and net/http word it
  int status = 0;    ///< that the receiver answered; 0 without an answer
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> failed(FailureReason reason, std::string text) {
  return tl::unexpected(Failure{reason, std::move(text)});
}

}  // namespace kaudit::client
