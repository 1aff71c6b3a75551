// Reads JSON as Go's encoding/json does, with its words for what is wrong (Kubernetes' answers
// quote them).
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "apiserver/objects/tree/json.hpp"
#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::objects {
namespace {

std::string quote_character(unsigned char c) {
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  std::string text;
  append_utf8(text, c);  // Go takes the byte as a code point
  std::string quoted_text = go_quoted(text);
  quoted_text.front() = quoted_text.back() = '\'';
  return quoted_text;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Json> run() {
    if (!read_tree()) return fail(std::move(error_));
    skip_space();
    if (position_ < text_.size()) {
      unexpected("after top-level value");
      return fail(std::move(error_));
    }
    return std::move(result_);
  }

 private:
  // A container that is being read, and the name of the member whose value comes next.
  struct Open {
    Json container;
    std::string name;
  };

  bool at_end() const { return position_ == text_.size(); }
  char peek() const { return text_[position_]; }

  void skip_space() {
    while (!at_end() && (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r')) {
      ++position_;
    }
  }

  bool unexpected(std::string_view where) {
    if (at_end()) {
      error_ = "unexpected end of JSON input";
    } else {
      error_ = "invalid character " + quote_character(static_cast<unsigned char>(peek())) + " ";
      error_ += where;
    }
    return false;
  }

  bool read_tree() {
    do {
      if (!read_value()) return false;
    } while (!open_.empty());
    return true;
  }

  // Reads the next value of the innermost container (or the whole, at first) and closes what ends
  // after it.
  bool read_value() {
    skip_space();
    if (at_end()) return unexpected("looking for beginning of value");
    switch (peek()) {
      case '{':
        return begin(Json(Json::Object())) && (read_empty_end('}') || read_name());
      case '[':
        return begin(Json(Json::Array())) && (read_empty_end(']') || error_.empty());
      case '"': {
        std::string text;
        return read_string(text) && add(Json(std::move(text)));
      }
      case 't':
        return read_literal("true") && add(Json(true));
      case 'f':
        return read_literal("false") && add(Json(false));
      case 'n':
        return read_literal("null") && add(Json());
      default:
        return read_number();
    }
  }

  bool begin(Json container) {
    if (open_.size() == Json::kMaxDepth) {
      error_ = "exceeded max depth";
      return false;
    }
    ++position_;
    open_.push_back({std::move(container), {}});
    return true;
  }

  // True when the container that has just begun ends at once; an error leaves error_ set.
  bool read_empty_end(char end) {
    skip_space();
    if (at_end() || peek() != end) return false;
    return close();
  }

  bool close() {
    ++position_;
    Json done = std::move(open_.back().container);
    open_.pop_back();
    drop_repeated(done);
    return add(std::move(done));
  }

  bool read_name() {
    if (!error_.empty()) return false;
    skip_space();
    if (at_end() || peek() != '"') return unexpected("looking for beginning of object key string");
    std::string& name = open_.back().name;
    name.clear();
    if (!read_string(name)) return false;
    skip_space();
    if (at_end() || peek() != ':') return unexpected("after object key");
    ++position_;
    return true;
  }

  // Puts a finished value into its container, and goes on to the place where the next value begins.
  bool add(Json value) {
    while (!open_.empty()) {
      Open& top = open_.back();
      Json::Object* members = top.container.object();
      if (members) {
        members->push_back({std::move(top.name), std::move(value)});
      } else {
        top.container.array()->push_back(std::move(value));
      }
      skip_space();
      if (at_end()) return unexpected("");
      if (peek() == ',') {
        ++position_;
        return members == nullptr || read_name();
      }
      if (peek() != (members ? '}' : ']')) {
        return unexpected(members ? "after object key:value pair" : "after array element");
      }
      ++position_;
      value = std::move(top.container);
      open_.pop_back();
      drop_repeated(value);
    }
    result_ = std::move(value);
    return true;
  }

  // The place of each member's first namesake; empty when no name repeats.
  static std::vector<std::size_t> places(const Json::Object& members) {
    std::vector<std::size_t> place(members.size());
    bool repeats = false;
    if (members.size() <= 16) {  // comparing all is faster than hashing a few
      for (std::size_t i = 0; i < members.size(); ++i) {
        while (members[place[i]].name != members[i].name) ++place[i];
        repeats |= place[i] != i;
      }
    } else {
      std::unordered_map<std::string_view, std::size_t> first;
      for (std::size_t i = 0; i < members.size(); ++i) {
        place[i] = first.try_emplace(members[i].name, i).first->second;
        repeats |= place[i] != i;
      }
    }
    if (!repeats) place.clear();
    return place;
  }

  static void drop_repeated(Json& value) {
    Json::Object* members = value.object();
    if (members == nullptr) return;
    const std::vector<std::size_t> place = places(*members);
    if (place.empty()) return;
    Json::Object kept;
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (place[i] != i) (*members)[place[i]].value = std::move((*members)[i].value);
    }
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (place[i] == i) kept.push_back(std::move((*members)[i]));
    }
    *members = std::move(kept);
  }

  bool read_literal(std::string_view word) {
    ++position_;
    for (std::size_t i = 1; i < word.size(); ++i, ++position_) {
      if (at_end() || peek() != word[i]) {
        return unexpected("in literal " + std::string(word) + " (expecting '" + word[i] + "')");
      }
    }
    return true;
  }

  bool read_digits(std::string_view where) {
    if (at_end() || !is_digit(peek())) return unexpected(where);
    while (!at_end() && is_digit(peek())) ++position_;
    return true;
  }

  bool read_number() {
    const std::size_t start = position_;
    if (peek() == '-') {
      ++position_;
      if (at_end() || !is_digit(peek())) return unexpected("in numeric literal");
    } else if (!is_digit(peek())) {
      return unexpected("looking for beginning of value");
    }
    if (peek() == '0') {
      ++position_;
    } else if (!read_digits("in numeric literal")) {
      return false;
    }
    if (!at_end() && peek() == '.') {
      ++position_;
      if (!read_digits("after decimal point in numeric literal")) return false;
    }
    if (!at_end() && (peek() == 'e' || peek() == 'E')) {
      ++position_;
      if (!at_end() && (peek() == '+' || peek() == '-')) ++position_;
      if (!read_digits("in exponent of numeric literal")) return false;
    }
    return add(Json(Json::Number{std::string(text_.substr(start, position_ - start))}));
  }

  bool read_string(std::string& out) {
    ++position_;
    while (!at_end()) {
      const auto c = static_cast<unsigned char>(peek());
      if (c == '"') {
        ++position_;
        return true;
      }
      if (c < 0x20) return unexpected("in string literal");
      if (c == '\\') {
        if (!read_escape(out)) return false;
      } else if (c < 0x80) {
        const std::size_t start = position_;
        while (!at_end() && peek() != '"' && peek() != '\\' &&
               static_cast<unsigned char>(peek() - 0x20) < 0x60) {
          ++position_;
        }
        out += text_.substr(start, position_ - start);
      } else {
        const Rune rune = decode_rune(text_.substr(position_));
        append_utf8(out, rune.code_point);
        position_ += rune.size;
      }
    }
    return unexpected("in string literal");
  }

  bool read_escape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    ++position_;
    if (at_end()) return unexpected("in string escape code");
    if (const std::size_t index = kLetters.find(peek()); index != std::string_view::npos) {
      out += kMeanings[index];
      ++position_;
      return true;
    }
    if (peek() != 'u') return unexpected("in string escape code");
    ++position_;
    std::uint32_t unit = 0;
    if (!read_hex(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(position_, 2) == "\\u") {
      const std::size_t before = position_;
      position_ += 2;
      std::uint32_t low = 0;
      if (!read_hex(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) {
        append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
        return true;
      }
      position_ = before;  // no pair: the second counts for itself
    }
    append_utf8(out, unit);  // a lone surrogate as U+FFFD
    return true;
  }

  bool read_hex(std::uint32_t& unit) {
    for (int i = 0; i < 4; ++i, ++position_) {
      if (at_end() || hex_value(peek()) < 0) {
        return unexpected("in \\u hexadecimal character escape");
      }
      unit = unit * 16 + static_cast<std::uint32_t>(hex_value(peek()));
    }
    return true;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::vector<Open> open_;
  Json result_;
  std::string error_;
};

}  // namespace

Result<Json> Json::parse(std::string_view text) { return Parser(text).run(); }

}  // namespace kaudit::apiserver::objects
