#pragma once

#include <string>
#include <string_view>

#include "audit/base/result.hpp"
#include "audit/timestamp.hpp"

namespace kaudit::apiserver::objects {

/// Reads a time as metav1.Time does (Go's RFC 3339: any number of fraction digits, `Z` or an
/// offset) and gives it as it is written: `2006-01-02T15:04:05Z`, in UTC, whole seconds. "" for the
/// zero time. Error: Go's text, roughly.
Result<std::string> normalised_time(std::string_view text);

/// The same form for a moment.
std::string time_text(audit::Timestamp time);

}  // namespace kaudit::apiserver::objects
