#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit {

/// Appends `text` quoted as Go's %q (strconv.Quote) does.
void append_quoted(std::string& out, std::string_view text);
std::string go_quoted(std::string_view text);

/// `text` as the errors of Go's package time quote it, plainer than %q: each byte that is a control
/// character or not ASCII as \xHH.
std::string time_quoted(std::string_view text);

/// `text` as one word of a POSIX shell, whatever is in it: in single quotes.
std::string shell_quoted(std::string_view text);

/// What visible() makes of line feeds and tabs.
enum class Layout : std::uint8_t {
  Escaped,  ///< text of one line: they are escaped as well
  Kept,     ///< text that is laid out
};

/// Text that does nothing to a terminal: what is not printable (control characters, ESC and the C1
/// ones among them, bidirectional overrides, spaces of other kinds) appears as Go escapes it,
/// `\x1b`, `\r`, `\u202e`, and a byte that is not UTF-8 as `\x80`. A backslash stays one, so that
/// doing it twice changes nothing, and the text cannot be read back.
std::string visible(std::string_view text, Layout layout = Layout::Escaped);

/// JSON text likewise: what is not printable in its strings as `\u009b`. It stays the same value;
/// text that is not valid JSON stays as it is as far as it is printable.
std::string visible_json(std::string_view json);

}  // namespace kaudit
