#include "audit/reader/text_line.hpp"

#include <algorithm>

#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::audit::reader {
namespace {

constexpr std::size_t kLongestPrefix = 512;
constexpr std::size_t kShown = 40;  // bytes of a line that a message quotes

/// `2026-11-29T06:50:58.123456789Z`, or with an offset.
bool is_time(std::string_view word) {
  return word.size() >= 20 && word[4] == '-' && word[7] == '-' && word[10] == 'T' &&
         is_digit(word[0]) && is_digit(word[11]);
}

}  // namespace

std::optional<CriLine> cri_line(std::string_view line) {
  if (line.empty() || !is_digit(line.front())) return std::nullopt;
  if (!is_time(take_until(line, ' '))) return std::nullopt;
  CriLine found;
  found.stream = take_until(line, ' ');
  if (found.stream != "stdout" && found.stream != "stderr") return std::nullopt;
  // Tags are separated by colons; only the first is defined.
  std::string_view tags = take_until(line, ' ');
  const std::string_view tag = take_until(tags, ':');
  if (tag != "F" && tag != "P") return std::nullopt;
  found.partial = tag == "P";
  found.text = line;
  return found;
}

std::optional<std::size_t> object_in(std::string_view line) {
  const std::string_view beginning = line.substr(0, kLongestPrefix);
  std::size_t at = beginning.find("{\"");
  if (at == std::string_view::npos) at = beginning.find('{');
  if (at == std::string_view::npos || at == 0 || !is_blank(line[at - 1])) return std::nullopt;
  const bool plain = std::ranges::all_of(
      line.substr(0, at), [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
  if (!plain) return std::nullopt;
  return at;
}

std::string why_not_read(std::string_view line) {
  if (line.substr(0, kLongestPrefix).find(" AUDIT: id=") != std::string_view::npos) {
    return "a line of the legacy format, which is not JSON: it has no more than its text shows; "
           "start the server with --audit-log-format=json";
  }
  std::string shown(line.substr(0, kShown));
  return "not JSON, and nothing that wraps an event: " + go_quoted(shown) +
         (line.size() > kShown ? "…" : "");
}

std::string foreign_form(std::string_view beginning) {
  const auto packed = [](std::string_view form, std::string_view command) {
    return std::string(form) + " is not read: unpack it first, " + std::string(command) +
           " FILE | kaudit … -";
  };
  using namespace std::string_view_literals;
  if (beginning.starts_with("\x28\xb5\x2f\xfd"sv)) return packed("zstd", "zstdcat");
  if (beginning.starts_with("\xfd\x37zXZ"sv)) return packed("xz", "xzcat");
  if (beginning.starts_with("BZh"sv)) return packed("bzip2", "bzcat");
  if (beginning.starts_with("PK\x03\x04"sv)) return packed("a zip archive", "unzip -p");
  if (beginning.starts_with("\xff\xfe"sv) || beginning.starts_with("\xfe\xff"sv)) {
    return "UTF-16 is not read: convert it first, iconv -f UTF-16 -t UTF-8 FILE | kaudit … -";
  }
  return "";
}

}  // namespace kaudit::audit::reader
