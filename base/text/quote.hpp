#pragma once

#include <string>
#include <string_view>

namespace kaudit {

/// Appends `text` quoted as Go's %q (strconv.Quote) does.
void append_quoted(std::string& out, std::string_view text);
std::string go_quoted(std::string_view text);

}  // namespace kaudit
