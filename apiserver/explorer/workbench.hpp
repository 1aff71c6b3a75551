#pragma once

#include <string>
#include <string_view>

#include "apiserver/explorer/ring.hpp"

namespace kaudit::apiserver::explorer {

/// Appends what a policy's text would mean, as the workbench shows it: whether a server takes it,
/// its lints by line, which of the recorded requests it would decide otherwise, and how many bytes
/// a day it makes of them. Any thread.
void append_assessment(std::string& out, std::string_view text, const Ring& ring);

}  // namespace kaudit::apiserver::explorer
