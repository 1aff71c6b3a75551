#include "base/client/failure.hpp"

namespace kaudit::client {

std::string_view text(FailureReason reason) noexcept {
  switch (reason) {
    case FailureReason::Refused:
      return "refused";
    case FailureReason::Network:
      return "network";
    case FailureReason::Tls:
      return "tls";
    case FailureReason::Timeout:
      return "timeout";
    case FailureReason::Shutdown:
      return "shutdown";
  }
  return "";
}

}  // namespace kaudit::client
