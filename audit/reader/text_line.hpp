#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace kaudit::audit::reader {

/// As every line of kube-apiserver's and of ours begins.
inline constexpr std::string_view kCompactStart =
    R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":")";

/// Where the next line feed is, or npos.
inline std::size_t find_line_feed(std::string_view text, std::size_t from) noexcept {
  const void* const found = std::memchr(text.data() + from, '\n', text.size() - from);
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// A line without the spaces, tabs and carriage returns at its end.
inline std::string_view without_blanks_at_end(std::string_view line) noexcept {
  while (!line.empty() && std::strchr(" \t\r", line.back()) != nullptr && line.back() != '\0') {
    line.remove_suffix(1);
  }
  return line;
}

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
