#include "base/yaml/compose_plain.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/text/ascii.hpp"

namespace kaudit::yaml {
namespace {

// Far below what yaml-cpp takes.
constexpr int kMaxDepth = 60;
constexpr std::size_t kMaxKey = 200;

bool is_key_char(char c) noexcept {
  return is_alphanumeric(c) || c == '_' || c == '.' || c == '/' || c == '-';
}

/// What a plain scalar may begin with, whatever comes behind it. (Others may as well.)
bool begins_plain(std::string_view text) noexcept {
  const char c = text.front();
  if (c == '-') return text.size() > 1 && (is_alphanumeric(text[1]) || text[1] == '-');
  return is_alphanumeric(c) || c == '_' || c == '/' || c == '.' || c == '+' || c == '(' ||
         c == '$' || c == '^';
}

/// What yaml-cpp reads as a value that was left out. (A tilde does not begin what is read here.)
bool is_null(std::string_view text) noexcept {
  return text == "null" || text == "Null" || text == "NULL";
}

/// The text between double quotes, with the escapes that are common in it. Where the closing one
/// is; 0: there is none, or another escape.
std::size_t unescape(std::string_view quoted, std::string& text) {
  constexpr std::string_view kEscapes = "nt\"\\";
  constexpr std::string_view kMeanings = "\n\t\"\\";
  for (std::size_t at = 1; at < quoted.size(); ++at) {
    if (quoted[at] == '"') return at;
    if (quoted[at] != '\\') {
      text += quoted[at];
      continue;
    }
    const std::size_t escape =
        ++at < quoted.size() ? kEscapes.find(quoted[at]) : std::string_view::npos;
    if (escape == std::string_view::npos) return 0;
    text += kMeanings[escape];
  }
  return 0;
}

class PlainReader {
 public:
  explicit PlainReader(std::string_view text) : text_(text) {}

  std::optional<RawDocument> read() {
    const bool ascii = std::all_of(text_.begin(), text_.end(),
                                   [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
    if (!ascii || text_.size() > kMaxYamlBytes || !text_.ends_with('\n')) return std::nullopt;
    document_.reserve_text(text_.size());
    next_line();
    if (!at_end_ && line_.indent == 0 && line_.rest == "---") next_line();
    if (at_end_ || !block(line_.indent)) return std::nullopt;
    if (!at_end_) return std::nullopt;
    return std::move(document_);
  }

 private:
  /// One that has more on it than blanks and a comment.
  struct Line {
    std::size_t indent = 0;
    std::string_view rest;  // from there on, without blanks at the end
    int number = 0;
  };
  /// What is being read of the line: `rest` begins at `column` (counted from 0).
  struct Place {
    std::string_view rest;
    std::size_t column = 0;
    int number = 0;

    Position position() const { return {number, static_cast<int>(column) + 1}; }
    void skip(std::size_t size) {
      rest.remove_prefix(size);
      column += size;
    }
    void skip_spaces() { skip(std::min(rest.find_first_not_of(' '), rest.size())); }
  };

  /// The line at `offset_`, with its blanks.
  std::string_view whole_line() const {
    return text_.substr(offset_, text_.find('\n', offset_) - offset_);
  }
  void pass_line(std::string_view line) {
    offset_ += line.size() + 1;
    ++number_;
  }

  void next_line() {
    while (offset_ < text_.size()) {
      std::string_view line = whole_line();
      pass_line(line);
      const std::size_t indent = line.find_first_not_of(' ');
      if (indent == std::string_view::npos || line[indent] == '#') continue;
      line = line.substr(indent, line.find_last_not_of(' ') - indent + 1);
      line_ = {indent, line, number_};
      return;
    }
    at_end_ = true;
  }

  Place here() const { return {line_.rest, line_.indent, line_.number}; }
  static bool is_item(std::string_view rest) { return rest == "-" || rest.starts_with("- "); }
  bool deeper_line(std::size_t indent) const { return !at_end_ && line_.indent > indent; }

  /// A collection that begins with the line.
  bool block(std::size_t indent) {
    const Place place = here();
    return is_item(place.rest) ? sequence(place, indent) : mapping(place, indent);
  }

  /// Adds nodes to a collection one after the other.
  class Children {
   public:
    Children(RawDocument& document, RawNode::Index parent) : document_(document), parent_(parent) {}
    void link(RawNode::Index child) {
      RawNode::Index& place =
          last_ == RawNode::kNone ? document_.at(parent_).target : document_.at(last_).next;
      place = child;
      last_ = child;
    }

   private:
    RawDocument& document_;
    RawNode::Index parent_;
    RawNode::Index last_ = RawNode::kNone;
  };

  Children open(RawNode::Kind kind, Position position, ScalarStyle style = ScalarStyle::Plain) {
    document_.add(kind, position).style = style;
    return {document_, document_.last()};
  }
  void scalar(Position position, ScalarStyle style, std::string_view text) {
    RawNode& node = document_.add(RawNode::Kind::Scalar, position);
    node.style = style;
    document_.set_text(node, style == ScalarStyle::Plain && is_null(text) ? "" : text);
  }
  /// The node that is added next.
  RawNode::Index coming() const { return document_.empty() ? 0 : document_.last() + 1; }

  // Each reads from `place` on, the beginning of a line's content, and leaves line_ at the first
  // line that is not its own. False: compose() is to read all of it.

  bool sequence(Place place, std::size_t indent) {
    if (++depth_ > kMaxDepth) return false;
    Children items = open(RawNode::Kind::Sequence, place.position());
    for (;;) {
      place.skip(1);
      place.skip_spaces();
      items.link(coming());
      if (place.rest.empty()) {
        next_line();
        if (!deeper_line(indent) || !block(line_.indent)) return false;
      } else if (is_item(place.rest)) {
        if (!sequence(place, place.column)) return false;
      } else if (key_size(place.rest) != 0) {
        if (!mapping(place, place.column)) return false;
      } else if (!value(place, indent)) {
        return false;
      }
      if (at_end_ || line_.indent < indent) break;
      if (line_.indent > indent) return false;
      if (!is_item(line_.rest)) break;  // a key, where the items are not indented
      place = here();
    }
    --depth_;
    return true;
  }

  /// The length of a key with its colon behind it; 0: it is not one.
  static std::size_t key_size(std::string_view rest) {
    if (rest.empty() || rest.front() == '-') return 0;
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_key_char);
    const auto size = static_cast<std::size_t>(end - rest.begin());
    if (size == 0 || size > kMaxKey || size == rest.size() || rest[size] != ':') return 0;
    if (is_null(rest.substr(0, size))) return 0;
    return size + 1 == rest.size() || rest[size + 1] == ' ' ? size : 0;
  }

  bool mapping(Place place, std::size_t indent) {
    if (++depth_ > kMaxDepth) return false;
    Children members = open(RawNode::Kind::Mapping, place.position());
    for (;;) {
      const std::size_t size = key_size(place.rest);
      if (size == 0) return false;
      const Position key = place.position();
      members.link(coming());
      scalar(key, ScalarStyle::Plain, place.rest.substr(0, size));
      place.skip(size + 1);
      place.skip_spaces();
      members.link(coming());
      if (!(place.rest.empty() ? value_below(key, indent) : value(place, indent))) return false;
      if (at_end_ || line_.indent < indent) break;
      if (line_.indent > indent) return false;
      if (is_item(line_.rest)) return false;
      place = here();
    }
    --depth_;
    return true;
  }

  /// The value of a key that stands alone on its line.
  bool value_below(Position key, std::size_t indent) {
    next_line();
    if (deeper_line(indent)) return block(line_.indent);
    if (!at_end_ && line_.indent == indent && is_item(line_.rest)) return sequence(here(), indent);
    if (at_end_) return false;
    scalar(key, ScalarStyle::Plain, "");
    return true;
  }

  /// A value that begins on the line of its key or dash; `indent` is theirs.
  bool value(Place place, std::size_t indent) {
    const char first = place.rest.front();
    if (first == '|') return literal(place, indent);
    if (first == '[' || first == '{') {
      if (!flow(place) || !place.rest.empty()) return false;
    } else if (first == '"' || first == '\'') {
      if (!quoted(place) || !place.rest.empty()) return false;
    } else {
      if (!begins_plain(place.rest) || place.rest.back() == ':') return false;
      if (place.rest.find(": ") != std::string_view::npos ||
          place.rest.find(" #") != std::string_view::npos) {
        return false;
      }
      scalar(place.position(), ScalarStyle::Plain, place.rest);
    }
    next_line();
    return !deeper_line(indent);  // else it goes on there
  }

  bool quoted(Place& place) {
    const char quote = place.rest.front();
    std::size_t end = place.rest.find(quote, 1);
    if (end == std::string_view::npos) return false;
    const std::string_view text = place.rest.substr(1, end - 1);
    if (quote == '"' && text.find('\\') != std::string_view::npos) {
      std::string unescaped;
      end = unescape(place.rest, unescaped);
      if (end == 0) return false;
      scalar(place.position(), ScalarStyle::Quoted, unescaped);
    } else {
      scalar(place.position(), ScalarStyle::Quoted, text);
    }
    place.skip(end + 1);
    return place.rest.empty() || place.rest.front() != quote;  // '' is a quote within
  }

  bool flow(Place& place) {
    const bool map = place.rest.front() == '{';
    const char close = map ? '}' : ']';
    if (++depth_ > kMaxDepth) return false;
    Children children =
        open(map ? RawNode::Kind::Mapping : RawNode::Kind::Sequence, place.position());
    place.skip(1);
    place.skip_spaces();
    while (place.rest.empty() || place.rest.front() != close) {
      if (map) {
        const std::size_t size = key_size(place.rest);
        if (size == 0 || size + 2 > place.rest.size()) return false;
        children.link(coming());
        scalar(place.position(), ScalarStyle::Plain, place.rest.substr(0, size));
        place.skip(size + 1);
        place.skip_spaces();
      }
      children.link(coming());
      if (!flow_value(place)) return false;
      place.skip_spaces();
      if (place.rest.empty()) return false;
      if (place.rest.front() == close) break;
      if (place.rest.front() != ',') return false;
      place.skip(1);
      place.skip_spaces();
      if (place.rest.empty() || place.rest.front() == close) return false;
    }
    place.skip(1);
    --depth_;
    return true;
  }

  bool flow_value(Place& place) {
    if (place.rest.empty()) return false;
    const char first = place.rest.front();
    if (first == '[' || first == '{') return flow(place);
    if (first == '"' || first == '\'') return quoted(place);
    const auto end = std::find_if_not(place.rest.begin(), place.rest.end(), is_key_char);
    const auto size = static_cast<std::size_t>(end - place.rest.begin());
    if (size == 0 || first == '-' || size == place.rest.size()) return false;
    const std::string_view behind = place.rest.substr(size);
    const std::size_t next = behind.find_first_not_of(' ');
    if (next == std::string_view::npos || std::string_view(",]}").find(behind[next]) > 2) {
      return false;
    }
    scalar(place.position(), ScalarStyle::Plain, place.rest.substr(0, size));
    place.skip(size);
    return true;
  }

  /// `|` or `|-`, and the lines below it.
  bool literal(Place place, std::size_t indent) {
    const bool strip = place.rest == "|-";
    if (!strip && place.rest != "|") return false;
    std::string text;
    std::size_t empty = 0;  // lines that are text only when something follows
    std::size_t inner = 0;
    while (offset_ < text_.size()) {
      const std::string_view line = whole_line();
      const std::size_t begin = line.find_first_not_of(' ');
      if (begin == std::string_view::npos) {
        if (inner == 0 || line.size() > inner) return false;
        ++empty;
      } else {
        if (begin <= indent) break;
        if (inner == 0) inner = begin;
        if (begin < inner) return false;
        text.append(empty, '\n').append(line.substr(inner)).append("\n");
        empty = 0;
      }
      pass_line(line);
    }
    if (inner == 0) return false;
    if (strip) text.pop_back();
    scalar(place.position(), ScalarStyle::Quoted, text);
    next_line();
    return !deeper_line(indent);
  }

  const std::string_view text_;
  std::size_t offset_ = 0;  // behind line_
  int number_ = 0;          // of the last line that was passed
  Line line_;
  bool at_end_ = false;
  int depth_ = 0;
  RawDocument document_;
};

}  // namespace

std::optional<RawDocument> compose_plain(std::string_view text) { return PlainReader(text).read(); }

}  // namespace kaudit::yaml
