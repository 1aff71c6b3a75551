#pragma once

#include <string>
#include <string_view>

namespace kaudit {

/// Appends `text` quoted as Go's %q (strconv.Quote) does.
void append_quoted(std::string& out, std::string_view text);
std::string go_quoted(std::string_view text);

/// `text` as the errors of Go's package time quote it, plainer than %q: each byte that is a control
/// character or not ASCII as \xHH.
std::string time_quoted(std::string_view text);

}  // namespace kaudit
