#pragma once

#include "cli/conformance/sender/sender_play.hpp"

namespace kaudit::cli {

// What a sender does with its connections.

/// One serves several batches.
void check_reuse(SenderPlay& play);
/// A batch that is not answered holds no other up.
void check_others_go_on(SenderPlay& play);
/// None is used whose certificate is bad.
void check_certificates(SenderPlay& play);

}  // namespace kaudit::cli
