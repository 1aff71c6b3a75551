#pragma once

#include "base/client/failure.hpp"

namespace kaudit::backends {

/// Why events did not reach the receiver.
using LossReason = client::FailureReason;

}  // namespace kaudit::backends
