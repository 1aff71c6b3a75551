#include "audit/reader/stream_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "audit/reader/text_line.hpp"
#include "base/json/json_string.hpp"

namespace kaudit::audit::reader {
namespace {

/// How much of an object is looked at to say what it is.
constexpr std::size_t kPeek = 1U << 20U;

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

/// Whether there is more on the line at the front behind so many bytes than white space.
bool StreamReader::line_goes_on(std::size_t size) {
  while (ensure(size + 1)) {
    const char next = window_.view()[size];
    if (next != ' ' && next != '\t' && next != '\r') return next != '\n';
    ++size;
  }
  return false;
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
  entry_.fault = FaultKind::None;
  entry_.wrapping = wrapping;
  entry_.line_end = end;
  entry_.file = name_;
  entry_.line = at.line;
  entry_.offset = at.offset;
  entry_.event = text;
  entry_.reason = {};
  return true;
}

bool StreamReader::line_fault(std::string reason, Place at, std::string_view line, FaultKind kind) {
  fault(std::move(reason), at, kind);
  entry_.event = line;
  return true;
}

bool StreamReader::fault(std::string reason, Place at, FaultKind kind) {
  reason_ = std::move(reason);
  event({}, Wrapping::None, at, LineEnd::None);
  entry_.kind = EntryKind::Fault;
  entry_.fault = kind;
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
  fault(std::move(foreign), here(), FaultKind::Source);
  entry_.kind = EntryKind::Unreadable;
  return true;
}

bool StreamReader::top() {
  if (!skip_space()) {
    mode_ = Mode::Finish;
    return false;
  }
  const char first = window_.view().front();
  if (first == '[') return array();
  only_arrays_ = false;
  switch (first) {
    case '{':
      return object();
    case '\0':
      return nul_bytes();
    case ',': {
      const Place at = here();
      pass(1);
      return fault("a comma between events: they belong to no array", at);
    }
    default:
      return text_line();
  }
}

/// A file of arrays. Among lines an array is a mistake of somebody's.
bool StreamReader::array() {
  ensure(2);
  const std::string_view view = window_.view();
  // `[pod/kube-apiserver-0/kube-apiserver] {…}` is kubectl's.
  const bool prefix = view.size() > 1 && std::strchr("{[]\" \t\r\n", view[1]) == nullptr;
  if (prefix || !only_arrays_) return text_line();
  pass(1);
  mode_ = Mode::Array;
  in_object_ = false;
  is_event_list_ = false;
  array_depth_ = 1;
  items_ = 0;
  return false;
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
  ensure(kCompactStart.size());
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
    is_event_list_ = false;
    items_ = 0;
    return false;
  }
  JsonExtent extent;
  MoreBytes last{};
  if (scan_value(extent, last) != Extent::Complete) return broken_object(extent, last);
  const std::size_t size = extent.size();
  const bool one_line = window_.view().substr(0, size).find('\n') == std::string_view::npos;
  if (one_line && line_goes_on(size)) return glued_line(size);
  const Place at = here();
  const std::string_view text = window_.view().substr(0, size);
  pass(size);
  return whole_object(text, found, at, pass_line_end());
}

bool StreamReader::finish() {
  if (const auto unfinished = pieces_.take_unfinished()) {
    return fault(
        "cut off: the last of the parts that a container runtime made of the line is "
        "missing",
        {unfinished->line, unfinished->offset}, FaultKind::CutAtEnd);
  }
  mode_ = Mode::End;
  if (window_.failure().empty()) return false;
  const Place at = here();
  fault(window_.failure(), at, FaultKind::Source);
  if (at.offset == 0) entry_.kind = EntryKind::Unreadable;
  return true;
}

}  // namespace kaudit::audit::reader
