// StreamReader: lists, whose items come one at a time, and what is inside of wrappers.
#include <algorithm>
#include <cstring>
#include <utility>

#include "audit/reader/stream_reader.hpp"
#include "base/json/json_string.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::audit::reader {
namespace {

constexpr int kMostNested = 3;
constexpr int kDeepestArray = 4;

constexpr const char* kGoogle =
    "a LogEntry of GKE: its protoPayload is Google's own AuditLog, which has neither stage nor "
    "level and is not an event of audit.k8s.io/v1";

constexpr std::string_view kEmptyList =
    R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":null})";

std::string beginning_of(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return go_quoted(text.substr(0, kShown)) + (text.size() > kShown ? "…" : "");
}

}  // namespace

// --- lists

/// In an object that has a list: at a member.
bool StreamReader::members() {
  if (!skip_space()) return broken_list("the file ends within it", FaultKind::CutAtEnd);
  const char first = window_.view().front();
  if (first == ',') {
    pass(1);
    return false;
  }
  if (first == '}') {
    const Place at = here();
    pass(1);
    pass_line_end();
    mode_ = Mode::Top;
    if (!is_event_list_ || items_ > 0) return false;
    return line_fault("an EventList without items", at, kEmptyList);
  }
  JsonExtent quoted;
  MoreBytes last{};
  if (first != '"' || scan_value(quoted, last) != Extent::Complete) {
    return broken_list("it is not JSON here");
  }
  const std::string member(window_.view().substr(1, quoted.size() - 2));
  pass(quoted.size());
  if (!skip_space() || window_.view().front() != ':') return broken_list("it is not JSON here");
  pass(1);
  if (!skip_space()) return broken_list("the file ends within it", FaultKind::CutAtEnd);
  if (window_.view().front() == '[' && is_container_member(member)) {
    pass(1);
    mode_ = Mode::Array;
    array_depth_ = 1;
    return false;
  }
  JsonExtent value;
  if (scan_value(value, last) != Extent::Complete) return broken_list("it is not JSON here");
  if (member == "kind") {
    is_event_list_ = window_.view().substr(0, value.size()) == "\"EventList\"";
  }
  pass(value.size());
  return false;
}

/// In an array: at an element.
bool StreamReader::elements() {
  if (!skip_space()) return broken_list("the file ends within it", FaultKind::CutAtEnd);
  switch (window_.view().front()) {
    case ',':
      pass(1);
      return false;
    case ']':
      pass(1);
      if (--array_depth_ > 0) return false;
      mode_ = in_object_ ? Mode::Object : Mode::Top;
      if (!in_object_) pass_line_end();
      return false;
    case '[':
      if (array_depth_ == kDeepestArray) return broken_list("arrays are nested in it");
      pass(1);
      ++array_depth_;
      return false;
    default:
      break;
  }
  JsonExtent extent;
  MoreBytes last{};
  if (scan_value(extent, last) != Extent::Complete) {
    if (last == MoreBytes::End) {
      return broken_list("the file ends within this one", FaultKind::CutAtEnd);
    }
    if (last == MoreBytes::Full) {
      return broken_list("this one is too long for an event", FaultKind::TooLong);
    }
    return broken_list("this one is not JSON");
  }
  const Place at = here();
  const std::string_view text = window_.view().substr(0, extent.size());
  pass(text.size());
  ++items_;
  return element(text, at);
}

bool StreamReader::element(std::string_view text, Place at) {
  if (text.front() == '"') {
    held_.clear();
    decode_json_string(held_, text.substr(1, text.size() - 2));
    return wrapped_text(std::exchange(held_, {}), Wrapping::Shipper, at);
  }
  if (text.front() != '{') {
    return fault("an item of a list that is not an object: " + beginning_of(text), at);
  }
  ShapeFound found = shape_of(text);
  if (found.shape == Shape::Event || found.shape == Shape::Other) {
    return event(text, Wrapping::List, at, LineEnd::None);
  }
  // What a log shipper calls message is CloudWatch's word for it in a list.
  if (found.wrapping == Wrapping::Shipper) found.wrapping = Wrapping::CloudWatch;
  if (found.shape == Shape::Field) {
    if (text.find("\"@message\"") == std::string_view::npos) return false;
    found = {Shape::Wrapper, Wrapping::CloudWatch};
  }
  return whole_object(text, found, at, LineEnd::None);
}

bool StreamReader::broken_list(std::string_view why, FaultKind kind) {
  const Place at = here();
  std::string reason =
      "a list is broken after " + std::to_string(items_) + " items: " + std::string(why);
  if (window_.view().empty()) {
    mode_ = Mode::Finish;
  } else {
    mode_ = Mode::SkipLine;
  }
  return fault(std::move(reason), at, kind);
}

// --- wrappers

bool StreamReader::whole_object(std::string_view text, ShapeFound found, Place at, LineEnd end) {
  switch (found.shape) {
    case Shape::Event:
    case Shape::Other:
    case Shape::Undecided:
    case Shape::Field:
      return event(text, Wrapping::None, at, end);
    case Shape::GoogleEntry:
      return fault(kGoogle, at);
    case Shape::Wrapper:
      return unwrapped(text, found.wrapping, at);
    case Shape::Container:
      return wrapped_text(std::string(text), Wrapping::List, at);
  }
  return false;
}

bool StreamReader::unwrapped(std::string_view object, Wrapping wrapping, Place at) {
  auto found = unwrap(object, wrapping);
  if (!found || found->text.empty()) {
    if (wrapping == Wrapping::Journal) {
      return fault(
          "an entry of the journal without its MESSAGE: journalctl leaves out long ones, "
          "give it --all",
          at);
    }
    return fault("a wrapper (" + std::string(to_string(wrapping)) +
                     ") without an event in it: " + beginning_of(object),
                 at);
  }
  if (found->partial) {
    if (pieces_.add(found->stream, found->text, at.line, at.offset)) return false;
    return fault("too many streams have a line in parts", at);
  }
  if (wrapping == Wrapping::Docker && pieces_.has_begun(found->stream)) {
    PieceJoiner::Joined joined = pieces_.finish(found->stream, found->text);
    const Place began{joined.line, joined.offset};
    if (joined.too_long) {
      return fault("a line in parts that is too long, left out", began, FaultKind::TooLong);
    }
    return wrapped_text(std::move(joined.text), wrapping, began);
  }
  return wrapped_text(std::move(found->text), wrapping, at);
}

/// The text that was in a wrapper: an event as a rule, a list or another wrapper now and then.
bool StreamReader::wrapped_text(std::string text, Wrapping wrapping, Place at) {
  const std::string_view trimmed = trim_space(text);
  if (trimmed.empty()) return false;
  const ShapeFound found = trimmed.front() == '{' ? shape_of(trimmed) : ShapeFound{Shape::Other};
  switch (found.shape) {
    case Shape::Other:
      return fault("not an event in its wrapper (" + std::string(to_string(wrapping)) +
                       "): " + beginning_of(trimmed),
                   at);
    case Shape::GoogleEntry:
      return fault(kGoogle, at);
    case Shape::Undecided:
    case Shape::Event: {
      JsonExtent extent;
      if (extent.scan(trimmed) != Extent::Complete || extent.size() != trimmed.size()) {
        return fault("cut off, or not JSON, in its wrapper (" + std::string(to_string(wrapping)) +
                         "), from byte " + std::to_string(extent.size() + 1) + " of it on",
                     at, FaultKind::CutOff);
      }
      const auto begin = static_cast<std::size_t>(trimmed.data() - text.data());
      const std::size_t size = trimmed.size();
      held_ = std::move(text);
      return event(std::string_view(held_).substr(begin, size), wrapping, at, LineEnd::LineFeed);
    }
    case Shape::Container:
    case Shape::Wrapper:
    case Shape::Field:
      break;
  }
  if (depth_ == kMostNested) return fault("wrapped too often", at);
  held_ = std::move(text);
  inner_ = std::make_unique<StreamReader>(memory_source(held_), name_, longest_, depth_ + 1);
  inner_wrapping_ = wrapping;
  inner_at_ = at;
  return false;
}

}  // namespace kaudit::audit::reader
