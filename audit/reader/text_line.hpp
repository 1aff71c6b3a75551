#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kaudit::audit::reader {

/// A line as containerd and CRI-O write it: `2026-11-29T06:50:58.123456789Z stdout F TEXT`.
struct CriLine {
  std::string_view stream;
  bool partial = false;  ///< tag P: the text goes on in the next line of the stream
  std::string_view text;
};

std::optional<CriLine> cri_line(std::string_view line);

/// Where the JSON object begins in a line that has something before it, a host name or what syslog
/// and journalctl write; nothing when there is none near the beginning.
std::optional<std::size_t> object_in(std::string_view line);

/// Why a line cannot be read, with what it looks like and the remedy.
std::string why_not_read(std::string_view line);

/// What a file in a form that is not read begins with, and the remedy; empty: nothing of the kind.
std::string foreign_form(std::string_view beginning);

}  // namespace kaudit::audit::reader
