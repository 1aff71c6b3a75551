// StreamReader: what cannot be read, and where reading goes on.
#include <algorithm>
#include <cstring>
#include <utility>

#include "audit/reader/stream_reader.hpp"
#include "audit/reader/text_line.hpp"

namespace kaudit::audit::reader {

/// What copying and truncating leaves of a file whose writer goes on where it was.
bool StreamReader::nul_bytes() {
  constexpr std::size_t kHole = 16;
  ensure(kHole);
  if (window_.view().find_first_not_of('\0') < kHole) return text_line();
  const Place at = here();
  while (ensure(1) && window_.view().front() == '\0') {
    const std::string_view view = window_.view();
    window_.consume(std::min(view.find_first_not_of('\0'), view.size()));
  }
  return fault(std::to_string(window_.offset() - at.offset) +
                   " bytes of NUL: the log was truncated (copytruncate) under a writer that does "
                   "not append; what they stood for is lost",
               at, FaultKind::Hole);
}

/// Something stands on the line behind a value of so many bytes.
bool StreamReader::glued_line(std::size_t size) {
  const Place at = here();
  const std::size_t end = line_size();
  mode_ = Mode::SkipLine;
  const std::string_view line =
      end == std::string_view::npos ? std::string_view() : window_.view().substr(0, end);
  return line_fault("something follows the JSON on its line, from byte " +
                        std::to_string(size + 1) + " on: a line feed is missing",
                    at, line, FaultKind::CutOff);
}

bool StreamReader::broken_object(const JsonExtent& extent, MoreBytes last) {
  const Place at = here();
  const std::string_view view = window_.view();
  if (last == MoreBytes::Full) {
    mode_ = Mode::SkipLine;
    return fault("more than " + std::to_string(longest_ >> 20U) +
                     " MiB without an end: too long for an event, left out",
                 at, FaultKind::TooLong);
  }
  const std::size_t first_line = find_line_feed(view.substr(0, extent.size()), 0);
  const bool at_end = last == MoreBytes::End;
  if (first_line == std::string_view::npos && at_end) {
    pass(view.size());
    return line_fault("cut off after " + std::to_string(view.size()) +
                          " bytes, at the end of the file: still being written, or its writer was "
                          "stopped",
                      at, view, FaultKind::CutAtEnd);
  }
  if (first_line == std::string_view::npos) return broken_line(extent);
  constexpr std::size_t kKept = 1U << 20U;
  const auto lines = std::ranges::count(view.substr(0, extent.size()), '\n');
  pending_at_ = at;
  pending_line_ = view.substr(0, std::min(first_line, kKept));
  pending_kind_ = at_end ? FaultKind::CutAtEnd : FaultKind::CutOff;
  pending_reason_ = at_end ? std::string("cut off by the end of the file")
                           : "not JSON, from line " +
                                 std::to_string(line_ + static_cast<std::uint64_t>(lines)) +
                                 " on: bytes are missing";
  skipped_lines_ = 0;
  pass(first_line + 1);
  mode_ = Mode::Resync;
  return false;
}

bool StreamReader::broken_line(const JsonExtent& extent) {
  const Place at = here();
  const std::size_t size = line_size();
  mode_ = Mode::SkipLine;
  const std::string number = std::to_string(extent.size());
  if (extent.size() == size) {
    return line_fault("cut off after " + number + " bytes: the line ends within its JSON", at,
                      window_.view().substr(0, size), FaultKind::CutOff);
  }
  const std::string_view line =
      size == std::string_view::npos ? std::string_view() : window_.view().substr(0, size);
  return line_fault("not JSON, from byte " + std::to_string(extent.size() + 1) +
                        " of it on: two lines run into one, or bytes are missing",
                    at, line, FaultKind::CutOff);
}

/// Goes to the next line on which something begins.
bool StreamReader::resync() {
  for (;;) {
    if (!ensure(1)) break;
    const char first = window_.view().front();
    if (first == '{' || first == '[') break;
    const std::size_t size = line_size();
    if (size == std::string_view::npos) {
      window_.consume(window_.view().size());
      continue;
    }
    pass(std::min(size + 1, window_.view().size()));
    ++skipped_lines_;
  }
  mode_ = Mode::Top;
  if (skipped_lines_ == 0) {
    return line_fault("cut off after " + std::to_string(pending_line_.size()) +
                          " bytes: the line ends within its JSON",
                      pending_at_, pending_line_, pending_kind_);
  }
  return line_fault(pending_reason_ + "; " + std::to_string(skipped_lines_ + 1) + " lines left out",
                    pending_at_, pending_line_, pending_kind_);
}

bool StreamReader::skip_line() {
  for (;;) {
    const std::size_t feed = find_line_feed(window_.view(), 0);
    if (feed != std::string_view::npos) {
      pass(feed + 1);
      mode_ = Mode::Top;
      return false;
    }
    window_.consume(window_.view().size());
    if (window_.more() != MoreBytes::Got) {
      mode_ = Mode::Finish;
      return false;
    }
  }
}

}  // namespace kaudit::audit::reader
