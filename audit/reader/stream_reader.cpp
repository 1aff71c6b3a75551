#include "audit/reader/stream_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "audit/reader/text_line.hpp"
#include "base/json/json_string.hpp"
#include "base/text/trim.hpp"

namespace kaudit::audit::reader {
namespace {

/// How much of an object is looked at to say what it is.
constexpr std::size_t kPeek = 1U << 20U;
/// As every line of kube-apiserver's and of ours begins.
constexpr std::string_view kCompactStart =
    R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":")";

std::size_t find_line_feed(std::string_view text, std::size_t from) noexcept {
  const void* const found = std::memchr(text.data() + from, '\n', text.size() - from);
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::string_view without_blanks_at_end(std::string_view text) noexcept {
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view to_string(Wrapping wrapping) noexcept {
  switch (wrapping) {
    case Wrapping::None:
      return "none";
    case Wrapping::List:
      return "list";
    case Wrapping::Prefix:
      return "prefix";
    case Wrapping::Cri:
      return "cri";
    case Wrapping::Docker:
      return "docker";
    case Wrapping::Journal:
      return "journal";
    case Wrapping::CloudWatch:
      return "cloudwatch";
    case Wrapping::Azure:
      return "azure";
    case Wrapping::Shipper:
      return "shipper";
  }
  return "";
}

StreamReader::StreamReader(std::unique_ptr<ByteSource> source, std::string name,
                           std::size_t longest, int depth)
    : name_(std::move(name)),
      longest_(longest),
      depth_(depth),
      window_(std::move(source), longest),
      pieces_(longest) {}

const LogEntry* StreamReader::next() {
  for (;;) {
    if (inner_) {
      if (const LogEntry* const found = inner_->next()) {
        entry_ = *found;
        entry_.file = name_;
        entry_.line = inner_at_.line;
        entry_.offset = inner_at_.offset;
        if (entry_.wrapping == Wrapping::None) entry_.wrapping = inner_wrapping_;
        return &entry_;
      }
      inner_.reset();
    }
    bool found = false;
    switch (mode_) {
      case Mode::Start:
        found = start();
        break;
      case Mode::Top:
        found = top();
        break;
      case Mode::Object:
        found = members();
        break;
      case Mode::Array:
        found = elements();
        break;
      case Mode::SkipLine:
        found = skip_line();
        break;
      case Mode::Resync:
        found = resync();
        break;
      case Mode::Finish:
        found = finish();
        break;
      case Mode::End:
        return nullptr;
    }
    if (found) return &entry_;
  }
}

// --- moving on

void StreamReader::pass(std::size_t bytes) noexcept {
  const std::string_view passed = window_.view().substr(0, bytes);
  line_ += static_cast<std::uint64_t>(std::ranges::count(passed, '\n'));
  window_.consume(passed.size());
}

bool StreamReader::skip_space() {
  for (;;) {
    const std::string_view view = window_.view();
    const std::size_t at = view.find_first_not_of(" \t\r\n");
    if (at == 0) return true;
    if (at != std::string_view::npos) {
      pass(at);
      return true;
    }
    pass(view.size());
    if (window_.more() != MoreBytes::Got) return false;
  }
}

bool StreamReader::ensure(std::size_t bytes) {
  while (window_.view().size() < bytes) {
    if (window_.more() != MoreBytes::Got) return false;
  }
  return true;
}

Extent StreamReader::scan_value(JsonExtent& extent, MoreBytes& last) {
  last = MoreBytes::Got;
  for (;;) {
    const Extent found = extent.scan(window_.view());
    if (found != Extent::Incomplete) return found;
    last = window_.more();
    if (last != MoreBytes::Got) return found;
  }
}

std::size_t StreamReader::line_size() {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t feed = find_line_feed(window_.view(), searched);
    if (feed != std::string_view::npos) return feed;
    searched = window_.view().size();
    const MoreBytes more = window_.more();
    if (more == MoreBytes::Full) return std::string_view::npos;
    if (more == MoreBytes::End) return searched;
  }
}

/// After a value that ends its line: beyond that.
LineEnd StreamReader::pass_line_end() {
  const std::string_view view = window_.view();
  const std::size_t at = view.find_first_not_of(" \t\r");
  if (at == std::string_view::npos || view[at] != '\n') return LineEnd::None;
  const bool carriage = at > 0 && view[at - 1] == '\r';
  pass(at + 1);
  return carriage ? LineEnd::CarriageReturn : LineEnd::LineFeed;
}

// --- what is handed out

bool StreamReader::event(std::string_view text, Wrapping wrapping, Place at, LineEnd end) {
  entry_.kind = EntryKind::Event;
  entry_.wrapping = wrapping;
  entry_.line_end = end;
  entry_.file = name_;
  entry_.line = at.line;
  entry_.offset = at.offset;
  entry_.event = text;
  entry_.reason = {};
  return true;
}

bool StreamReader::fault(std::string reason, Place at) {
  reason_ = std::move(reason);
  event({}, Wrapping::None, at, LineEnd::None);
  entry_.kind = EntryKind::Fault;
  entry_.reason = reason_;
  return true;
}

// --- between events

bool StreamReader::start() {
  mode_ = Mode::Top;
  ensure(4);
  if (window_.view().starts_with("\xef\xbb\xbf")) window_.consume(3);
  std::string foreign = foreign_form(window_.view());
  if (foreign.empty()) return false;
  mode_ = Mode::End;
  fault(std::move(foreign), here());
  entry_.kind = EntryKind::Unreadable;
  return true;
}

bool StreamReader::top() {
  if (!skip_space()) {
    mode_ = Mode::Finish;
    return false;
  }
  switch (window_.view().front()) {
    case '{':
      return object();
    case '\0':
      return nul_bytes();
    case ',': {
      const Place at = here();
      pass(1);
      return fault("a comma between events: they belong to no array", at);
    }
    case '[': {
      ensure(2);
      const std::string_view view = window_.view();
      // `[pod/kube-apiserver-0/kube-apiserver] {…}` is kubectl's.
      if (view.size() > 1 && std::strchr("{[]\" \t\r\n", view[1]) == nullptr) return text_line();
      pass(1);
      mode_ = Mode::Array;
      in_object_ = false;
      array_depth_ = 1;
      items_ = 0;
      return false;
    }
    default:
      return text_line();
  }
}

/// What copying and truncating leaves of a file whose writer goes on where it was.
bool StreamReader::nul_bytes() {
  const Place at = here();
  while (ensure(1) && window_.view().front() == '\0') {
    const std::string_view view = window_.view();
    window_.consume(std::min(view.find_first_not_of('\0'), view.size()));
  }
  return fault(std::to_string(window_.offset() - at.offset) +
                   " bytes of NUL: the log was truncated (copytruncate) under a writer that does "
                   "not append; what they stood for is lost",
               at);
}

bool StreamReader::compact_line() {
  const std::size_t size = line_size();
  if (size >= window_.view().size()) return false;  // too long, or the end of the stream
  const std::string_view line = window_.view().substr(0, size);
  const std::string_view text = without_blanks_at_end(line);
  if (text.back() != '}') return false;
  event(text, Wrapping::None, here(),
        line.back() == '\r' ? LineEnd::CarriageReturn : LineEnd::LineFeed);
  window_.consume(size + 1);
  ++line_;
  return true;
}

bool StreamReader::object() {
  if (window_.view().starts_with(kCompactStart) && compact_line()) return true;
  ShapeFound found = shape_of(window_.view());
  while (found.shape == Shape::Undecided && window_.view().size() < kPeek &&
         window_.more() == MoreBytes::Got) {
    found = shape_of(window_.view());
  }
  if (found.shape == Shape::Container) {
    pass(1);
    mode_ = Mode::Object;
    in_object_ = true;
    items_ = 0;
    return false;
  }
  JsonExtent extent;
  MoreBytes last{};
  if (scan_value(extent, last) != Extent::Complete) return broken_object(extent, last);
  const Place at = here();
  const std::size_t size = extent.size();
  ensure(size + 2);  // the end of its line
  const std::string_view text = window_.view().substr(0, size);
  pass(size);
  return whole_object(text, found, at, pass_line_end());
}

bool StreamReader::broken_object(const JsonExtent& extent, MoreBytes last) {
  const Place at = here();
  const std::string_view view = window_.view();
  const auto lines = std::ranges::count(view.substr(0, extent.size()), '\n');
  if (last == MoreBytes::Full) {
    mode_ = Mode::SkipLine;
    return fault("more than " + std::to_string(longest_ >> 20U) +
                     " MiB without an end: too long for an event, left out",
                 at);
  }
  if (last == MoreBytes::End) {
    pass(view.size());
    return fault("cut off after " + std::to_string(view.size()) +
                     " bytes, at the end of the file: still being written, or its writer was "
                     "stopped",
                 at);
  }
  if (lines == 0) {
    mode_ = Mode::SkipLine;
    const bool at_end = view.size() > extent.size() && view[extent.size()] == '\n';
    return fault(at_end ? "cut off after " + std::to_string(extent.size()) +
                              " bytes: the line ends within its JSON"
                        : "not JSON, from byte " + std::to_string(extent.size() + 1) +
                              " of it on: two lines run into one, or bytes are missing",
                 at);
  }
  pending_at_ = at;
  pending_reason_ = "not JSON, from line " +
                    std::to_string(line_ + static_cast<std::uint64_t>(lines)) +
                    " on: bytes are missing";
  skipped_lines_ = 0;
  pass(find_line_feed(view, 0) + 1);
  mode_ = Mode::Resync;
  return false;
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
  return fault(pending_reason_ + "; " + std::to_string(skipped_lines_) + " lines left out",
               pending_at_);
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

bool StreamReader::finish() {
  if (const auto unfinished = pieces_.take_unfinished()) {
    return fault(
        "cut off: the last of the parts that a container runtime made of the line is "
        "missing",
        {unfinished->line, unfinished->offset});
  }
  mode_ = Mode::End;
  if (window_.failure().empty()) return false;
  const Place at = here();
  fault(window_.failure(), at);
  if (at.offset == 0) entry_.kind = EntryKind::Unreadable;
  return true;
}

// --- lines that begin with something else

bool StreamReader::text_line() {
  const Place at = here();
  const std::size_t size = line_size();
  if (size == std::string_view::npos) {
    mode_ = Mode::SkipLine;
    return fault("a line of more than " + std::to_string(longest_ >> 20U) +
                     " MiB that is not JSON, left out",
                 at);
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
      if (joined.too_long) return fault("a line in parts that is too long, left out", began);
      return wrapped_text(std::move(joined.text), Wrapping::Cri, began);
    }
    const std::string_view text = trim_blanks(without_blanks_at_end(cri->text));
    if (text.starts_with(kCompactStart) && text.back() == '}') {
      return event(text, Wrapping::Cri, at, end);
    }
    return wrapped_text(std::string(text), Wrapping::Cri, at);
  }
  if (line.front() == '"' && line.size() > 1) {
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
  return fault(why_not_read(line), at);
}

bool StreamReader::prefixed(std::string_view line, std::size_t begin, Place at, LineEnd end) {
  const std::string_view text = line.substr(begin);
  const ShapeFound found = shape_of(text);
  if (found.shape == Shape::Other || found.shape == Shape::Undecided) {
    return fault(why_not_read(line), at);
  }
  JsonExtent extent;
  if (extent.scan(text) != Extent::Complete || extent.size() != text.size()) {
    return fault(
        "cut off, or something follows it: the JSON of the line does not end with it",
        at);
  }
  if (found.shape == Shape::Event) return event(text, Wrapping::Prefix, at, end);
  return wrapped_text(std::string(text), Wrapping::Prefix, at);
}

}  // namespace kaudit::audit::reader
