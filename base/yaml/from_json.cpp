#include "base/yaml/from_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/yaml/input_encoding.hpp"
#include "base/yaml/json_document.hpp"
#include "base/yaml/number.hpp"
#include "base/yaml/scalar_writer.hpp"

namespace kaudit::yaml {
namespace {

/// As Go's strconv writes a float64 with 'g' and -1.
std::string float_as_g(double value) {
  std::array<char, 40> text{};
  const auto scientific =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  const std::string_view written(text.data(),
                                 static_cast<std::size_t>(scientific.ptr - text.data()));
  int exponent = 0;
  std::string_view power = written.substr(written.find('e') + 1);
  if (power.starts_with('+')) power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  if (exponent < -4 || exponent >= 6) return std::string(written);
  const auto fixed =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), fixed.ptr};
}

std::u32string decoded(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    out += point.value;
    text.remove_prefix(point.width);
  }
  return out;
}

constexpr bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xAA;
}

/// The number that begins at a place, and where it ends.
std::pair<std::int64_t, std::size_t> number_at(const std::u32string& text, std::size_t at,
                                               std::int64_t start) {
  std::uint64_t number = static_cast<std::uint64_t>(start);
  for (; at < text.size() && is_digit(text[at]); ++at) number = number * 10 + (text[at] - '0');
  return {static_cast<std::int64_t>(number), at};
}

/// go-yaml's order of keys: numbers within them by value, letters after everything else.
bool key_less(const std::u32string& a, const std::u32string& b) {
  bool digits = false;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] == b[i]) {
      digits = is_digit(a[i]);
      continue;
    }
    const bool letter_a = is_letter(a[i]);
    const bool letter_b = is_letter(b[i]);
    if (letter_a && letter_b) return a[i] < b[i];
    if (letter_a || letter_b) return digits ? letter_a : letter_b;
    std::int64_t start = 0;
    if (a[i] == '0' || b[i] == '0') {
      for (std::size_t j = i; j-- > 0 && is_digit(a[j]);) {
        if (a[j] != '0') start = 1;
      }
    }
    const auto [number_a, end_a] = number_at(a, i, start);
    const auto [number_b, end_b] = number_at(b, i, start);
    if (number_a != number_b) return number_a < number_b;
    if (end_a != end_b) return end_a < end_b;
    return a[i] < b[i];
  }
  return a.size() < b.size();
}

/// The members in their order, of repeated ones the last.
std::vector<const Member*> sorted(const Members& members) {
  std::vector<std::pair<std::u32string, const Member*>> keyed;
  for (const Member& member : members) keyed.emplace_back(decoded(member.key), &member);
  std::ranges::stable_sort(keyed,
                           [](const auto& a, const auto& b) { return key_less(a.first, b.first); });
  std::vector<const Member*> out;
  for (const auto& [key, member] : keyed) {
    if (!out.empty() && out.back()->key == member->key) out.pop_back();
    out.push_back(member);
  }
  return out;
}

/// What is still to be written: a node below the one before it. Instead of recursion, for JSON
/// nests as deep as it likes.
struct Frame {
  std::vector<const Member*> members;  ///< of a mapping; else it is a sequence
  const Items* items = nullptr;
  std::size_t next = 0;
  std::size_t indent = 0;
  bool inline_first = false;  ///< its first entry is on the line of the dash before it
};

class Emitter {
 public:
  explicit Emitter(std::string& out) : out_(out) {}

  void run(const Node& root) {
    if (leaf(root, 2)) return;
    push(root, 0, false);
    while (!stack_.empty()) step();
  }

 private:
  /// Writes a scalar or an empty collection, and ends the line; false for anything else.
  bool leaf(const Node& node, std::size_t indent) {
    if (node.mapping() != nullptr) {
      if (!node.mapping()->empty()) return false;
      out_ += "{}";
    } else if (node.sequence() != nullptr) {
      if (!node.sequence()->empty()) return false;
      out_ += "[]";
    } else if (node.string() != nullptr) {
      append_scalar(out_, *node.string(), ScalarPlace::Value, indent);
    } else if (node.number() != nullptr) {
      out_ += number_text(node.number()->text);
    } else if (node.boolean() != nullptr) {
      out_ += *node.boolean() ? "true" : "false";
    } else {
      out_ += "null";
    }
    out_ += '\n';
    return true;
  }

  static std::string number_text(const std::string& json) {
    if (const auto integer = parse_integer(json)) return to_text(*integer);
    const auto number = parse_float(json);
    return number ? float_as_g(*number) : json;
  }

  void push(const Node& node, std::size_t indent, bool inline_first) {
    Frame frame;
    frame.indent = indent;
    frame.inline_first = inline_first;
    if (node.mapping() != nullptr) {
      frame.members = sorted(*node.mapping());
    } else {
      frame.items = node.sequence();
    }
    stack_.push_back(std::move(frame));
  }

  void step() {
    Frame& frame = stack_.back();
    const std::size_t count = frame.items != nullptr ? frame.items->size() : frame.members.size();
    if (frame.next == count) {
      stack_.pop_back();
      return;
    }
    if (!frame.inline_first) out_.append(frame.indent, ' ');
    frame.inline_first = false;
    const std::size_t index = frame.next++;
    if (frame.items != nullptr) {
      item(*(*frame.items)[index], frame.indent);
    } else {
      member(*frame.members[index], frame.indent);
    }
  }

  void item(const Node& node, std::size_t indent) {
    out_ += "- ";
    if (!leaf(node, indent + 2)) push(node, indent + 2, true);
  }

  void member(const Member& entry, std::size_t indent) {
    if (is_simple_key(entry.key)) {
      append_scalar(out_, entry.key, ScalarPlace::Key, indent + 2);
      out_ += ':';
    } else {
      out_ += "? ";
      append_scalar(out_, entry.key, ScalarPlace::Value, indent + 2);
      out_ += '\n';
      out_.append(indent, ' ');
      out_ += ':';
    }
    value(*entry.value, indent, is_simple_key(entry.key));
  }

  void value(const Node& node, std::size_t indent, bool simple_key) {
    const std::size_t before = out_.size();
    out_ += ' ';
    if (leaf(node, indent + 2)) return;
    if (!simple_key) return push(node, indent + 2, true);
    out_.resize(before);
    out_ += '\n';
    // A list is written below its key without indentation.
    push(node, node.sequence() != nullptr ? indent : indent + 2, false);
  }

  std::string& out_;
  std::vector<Frame> stack_;
};

}  // namespace

ReadResult<std::string> json_to_yaml(std::string_view json) {
  const auto document = read_json(json);
  if (!document) return tl::unexpected(document.error());
  std::string out;
  Emitter(out).run(*document->root);
  return out;
}

}  // namespace kaudit::yaml
