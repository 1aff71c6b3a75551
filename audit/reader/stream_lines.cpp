// StreamReader: lines that begin with something else than JSON.
#include <algorithm>
#include <cstring>
#include <utility>

#include "audit/reader/stream_reader.hpp"
#include "audit/reader/text_line.hpp"
#include "base/json/json_string.hpp"
#include "base/text/trim.hpp"

namespace kaudit::audit::reader {

bool StreamReader::text_line() {
  const Place at = here();
  const std::size_t size = line_size();
  if (size == std::string_view::npos) {
    mode_ = Mode::SkipLine;
    return fault("a line of more than " + std::to_string(longest_ >> 20U) +
                     " MiB that is not JSON, left out",
                 at, FaultKind::TooLong);
  }
  const std::string_view view = window_.view();
  const std::string_view line = without_blanks_at_end(view.substr(0, size));
  const LineEnd end = size == view.size()                  ? LineEnd::None
                      : size > 0 && view[size - 1] == '\r' ? LineEnd::CarriageReturn
                                                           : LineEnd::LineFeed;
  pass(std::min(size + 1, view.size()));
  if (const auto cri = cri_line(view.substr(0, size))) {
    if (cri->partial) {
      if (pieces_.add(cri->stream, cri->text, at.line, at.offset)) return false;
      return fault("too many streams have a line in parts", at);
    }
    if (pieces_.has_begun(cri->stream)) {
      PieceJoiner::Joined joined = pieces_.finish(cri->stream, cri->text);
      const Place began{joined.line, joined.offset};
      if (joined.too_long) {
        return fault("a line in parts that is too long, left out", began, FaultKind::TooLong);
      }
      return wrapped_text(std::move(joined.text), Wrapping::Cri, began);
    }
    const std::string_view text = trim_blanks(without_blanks_at_end(cri->text));
    if (text.starts_with(kCompactStart) && text.back() == '}') {
      return event(text, Wrapping::Cri, at, end);
    }
    return wrapped_text(std::string(text), Wrapping::Cri, at);
  }
  if (line.starts_with("\"{")) {
    JsonExtent extent;
    if (extent.scan(line) == Extent::Complete && extent.size() == line.size()) {
      std::string text;
      decode_json_string(text, line.substr(1, line.size() - 2));
      return wrapped_text(std::move(text), Wrapping::Shipper, at);
    }
  }
  if (const auto begin = object_in(line)) {
    if (*begin > 0) return prefixed(line, *begin, at, end);
  }
  return line_fault(why_not_read(line), at, line);
}

bool StreamReader::prefixed(std::string_view line, std::size_t begin, Place at, LineEnd end) {
  const std::string_view text = line.substr(begin);
  const ShapeFound found = shape_of(text);
  if (found.shape == Shape::Other || found.shape == Shape::Undecided) {
    return line_fault(why_not_read(line), at, line);
  }
  JsonExtent extent;
  if (extent.scan(text) != Extent::Complete || extent.size() != text.size()) {
    return line_fault("cut off, or something follows it: the JSON of the line does not end with it",
                      at, line, FaultKind::CutOff);
  }
  if (found.shape == Shape::Event) return event(text, Wrapping::Prefix, at, end);
  return wrapped_text(std::string(text), Wrapping::Prefix, at);
}

}  // namespace kaudit::audit::reader
