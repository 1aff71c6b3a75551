#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "backends/webhook/loss_reason.hpp"

namespace kaudit::backends::webhook {

/// Why a try came to nothing.
struct Failure {
  LossReason reason = LossReason::Network;
  std::string text;  ///< as Go's net and net/http word it
  int status = 0;    ///< that the receiver answered; 0 without an answer
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> failed(LossReason reason, std::string text) {
  return tl::unexpected(Failure{reason, std::move(text)});
}

}  // namespace kaudit::backends::webhook
