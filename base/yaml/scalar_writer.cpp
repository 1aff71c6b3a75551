#include "base/yaml/scalar_writer.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

#include "base/text/ascii.hpp"
#include "base/yaml/input_encoding.hpp"
#include "base/yaml/number.hpp"
#include "base/yaml/scalar.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::size_t kWidth = 80;  // columns after which a line is folded
constexpr std::size_t kSimpleKeyBytes = 128;

/// One character of the text.
struct Character {
  char32_t value;
  std::size_t width;  ///< bytes
};

Character character_at(std::string_view text, std::size_t at) {
  const CodePoint point = decode_utf8(text.substr(at));
  return {point.value, point.width};
}

constexpr bool is_break(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

// To libyaml characters beyond the basic plane are not printable.
constexpr bool is_printable(char32_t c) {
  return c == '\n' || (c >= 0x20 && c <= 0x7E) || (c >= 0xA0 && c <= 0xD7FF) ||
         (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF);
}

bool is_blank_or_end(std::string_view text, std::size_t at) {
  return at >= text.size() || text[at] == ' ' || text[at] == '\t' ||
         is_break(character_at(text, at).value);
}

/// What the emitter has to know of a text before it writes it.
struct Analysis {
  bool multiline = false;
  bool plain_allowed = true;
  bool single_quotes_allowed = true;
  bool block_allowed = true;
};

/// True when a plain scalar may not begin with this character, given what follows it.
bool starts_as_indicator(std::string_view text) {
  switch (text[0]) {
    case '#':
    case ',':
    case '[':
    case ']':
    case '{':
    case '}':
    case '&':
    case '*':
    case '!':
    case '|':
    case '>':
    case '\'':
    case '"':
    case '%':
    case '@':
    case '`':
      return true;
    case '?':
    case ':':
    case '-':
      return is_blank_or_end(text, 1);
    default:
      return text.starts_with("---") || text.starts_with("...");
  }
}

Analysis analyse(std::string_view text) {
  Analysis analysis;
  if (text.empty()) {
    analysis.block_allowed = false;
    return analysis;
  }
  bool indicators = starts_as_indicator(text) || text.starts_with("---");
  bool special = false;
  bool leading = false;
  bool trailing_space = false;
  bool trailing_break = false;
  bool break_space = false;  // a space after a line break
  bool space_break = false;  // and the reverse
  bool after_space = false;
  bool after_break = false;
  bool after_blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, width] = character_at(text, at);
    const bool last = at + width >= text.size();
    if (at > 0 && c == ':' && is_blank_or_end(text, at + 1)) indicators = true;
    if (at > 0 && c == '#' && after_blank) indicators = true;
    special = special || !is_printable(c);
    if (c == ' ') {
      leading = leading || at == 0;
      trailing_space = trailing_space || last;
      break_space = break_space || after_break;
    } else if (is_break(c)) {
      analysis.multiline = true;
      leading = leading || at == 0;
      trailing_break = trailing_break || last;
      space_break = space_break || after_space;
    }
    after_space = c == ' ';
    after_break = is_break(c);
    after_blank = c == ' ' || c == '\t' || is_break(c);
    at += width;
  }
  const bool unwritable = space_break || special;
  analysis.plain_allowed = !(leading || trailing_space || trailing_break || break_space ||
                             unwritable || analysis.multiline || indicators);
  analysis.single_quotes_allowed = !(break_space || unwritable);
  analysis.block_allowed = !(trailing_space || unwritable);
  return analysis;
}

/// A sexagesimal number of YAML 1.1: `12:30:45`.
bool is_base60(std::string_view text) {
  const auto digit = [&] { return !text.empty() && is_digit(text[0]); };
  const auto skip = [&](std::string_view also) {
    while (digit() || (!text.empty() && also.find(text[0]) != std::string_view::npos)) {
      text.remove_prefix(1);
    }
  };
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (!digit()) return false;
  skip("_");
  if (!text.starts_with(':')) return false;
  while (text.starts_with(':')) {
    text.remove_prefix(1);
    if (!digit()) return false;
    const bool may_have_two = text[0] <= '5';
    text.remove_prefix(1);
    if (may_have_two && digit()) text.remove_prefix(1);
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    skip("_");
  }
  return text.empty();
}

/// True when text, written plain, would be read as text again.
bool reads_as_text(std::string_view text) {
  const auto scalar = resolve_scalar("", ScalarStyle::Plain, text);
  if (!scalar || !std::holds_alternative<std::string>(scalar->value)) return false;
  return !is_base60(text) && !looks_like_timestamp(text);
}

enum class Style { Plain, SingleQuoted, DoubleQuoted, Literal };

Style style_of(std::string_view text, ScalarPlace place) {
  const Analysis analysis = analyse(text);
  if (text.find('\n') != std::string_view::npos) {
    const bool simple = place == ScalarPlace::Key && is_simple_key(text);
    return analysis.block_allowed && !simple ? Style::Literal : Style::DoubleQuoted;
  }
  if (!reads_as_text(text)) return Style::DoubleQuoted;
  if (analysis.plain_allowed && !(text.empty() && place == ScalarPlace::Key)) return Style::Plain;
  return analysis.single_quotes_allowed ? Style::SingleQuoted : Style::DoubleQuoted;
}

/// Writes a scalar that may be folded, keeping count of columns.
class Writer {
 public:
  Writer(std::string& out, ScalarPlace place, std::size_t indent)
      : out_(out), folds_(place == ScalarPlace::Value), indent_(indent) {
    const std::size_t line = out.rfind('\n');
    for (std::size_t at = line == std::string::npos ? 0 : line + 1; at < out.size(); ++column_) {
      at += character_at(out, at).width;
    }
  }

  void plain(std::string_view text) {
    bool after_space = false;
    for (std::size_t at = 0; at < text.size();) {
      const auto [c, width] = character_at(text, at);
      const bool space_next = at + 1 < text.size() && text[at + 1] == ' ';
      if (c == ' ' && may_fold(after_space) && !space_next) {
        new_line();
      } else {
        put(text.substr(at, width));
      }
      after_space = c == ' ';
      at += width;
    }
  }

  void single_quoted(std::string_view text) {
    put("'");
    bool after_space = false;
    for (std::size_t at = 0; at < text.size();) {
      const auto [c, width] = character_at(text, at);
      const bool inside = at > 0 && at + 1 < text.size();
      const bool space_next = at + 1 < text.size() && text[at + 1] == ' ';
      if (c == ' ' && may_fold(after_space) && inside && !space_next) {
        new_line();
      } else {
        if (c == '\'') put("'");
        put(text.substr(at, width));
        if (is_break(c)) indent_after_break();
      }
      after_space = c == ' ';
      at += width;
    }
    put("'");
  }

  void double_quoted(std::string_view text) {
    put("\"");
    bool after_space = false;
    for (std::size_t at = 0; at < text.size();) {
      const auto [c, width] = character_at(text, at);
      if (!is_printable(c) || is_break(c) || c == '"' || c == '\\') {
        escape(c);
        after_space = false;
      } else if (c == ' ' && may_fold(after_space) && at > 0 && at + 1 < text.size()) {
        new_line();
        if (text[at + 1] == ' ') put("\\");
        after_space = true;
      } else {
        put(text.substr(at, width));
        after_space = c == ' ';
      }
      at += width;
    }
    put("\"");
  }

  void literal(std::string_view text) {
    put("|");
    if (text[0] == ' ' || is_break(character_at(text, 0).value)) put("2");
    if (text.back() != '\n') {
      put("-");
    } else if (text.size() == 1 || text[text.size() - 2] == '\n') {
      put("+");
    }
    out_ += '\n';
    bool at_start = true;
    for (const char c : text) {
      if (c != '\n' && at_start) out_.append(indent_, ' ');
      out_ += c;
      at_start = c == '\n';
    }
    if (at_start) out_.pop_back();  // every line of the document is ended by its writer
  }

 private:
  bool may_fold(bool after_space) const { return folds_ && !after_space && column_ > kWidth; }

  void put(std::string_view text) {
    out_ += text;
    ++column_;
  }

  void new_line() {
    out_ += '\n';
    out_.append(indent_, ' ');
    column_ = indent_;
  }

  /// After a line break other than a line feed.
  void indent_after_break() {
    out_.append(indent_, ' ');
    column_ = indent_;
  }

  void escape(char32_t c) {
    const char* name = nullptr;
    switch (c) {
      case 0x00:
        name = "\\0";
        break;
      case 0x07:
        name = "\\a";
        break;
      case 0x08:
        name = "\\b";
        break;
      case 0x09:
        name = "\\t";
        break;
      case 0x0A:
        name = "\\n";
        break;
      case 0x0B:
        name = "\\v";
        break;
      case 0x0C:
        name = "\\f";
        break;
      case 0x0D:
        name = "\\r";
        break;
      case 0x1B:
        name = "\\e";
        break;
      case 0x22:
        name = "\\\"";
        break;
      case 0x5C:
        name = "\\\\";
        break;
      case 0x85:
        name = "\\N";
        break;
      case 0xA0:
        name = "\\_";
        break;
      case 0x2028:
        name = "\\L";
        break;
      case 0x2029:
        name = "\\P";
        break;
      default:
        break;
    }
    std::array<char, 12> hex{};
    if (name == nullptr) {
      const char* format = c <= 0xFF ? "\\x%02X" : c <= 0xFFFF ? "\\u%04X" : "\\U%08X";
      std::snprintf(hex.data(), hex.size(), format, static_cast<unsigned>(c));
      name = hex.data();
    }
    for (const char* byte = name; *byte != '\0'; ++byte) put({byte, 1});
  }

  std::string& out_;
  const bool folds_;
  const std::size_t indent_;
  std::size_t column_ = 0;
};

}  // namespace

bool is_simple_key(std::string_view text) {
  return text.size() <= kSimpleKeyBytes && !analyse(text).multiline;
}

void append_scalar(std::string& out, std::string_view text, ScalarPlace place, std::size_t indent) {
  Writer writer(out, place, indent);
  switch (style_of(text, place)) {
    case Style::Plain:
      return writer.plain(text);
    case Style::SingleQuoted:
      return writer.single_quoted(text);
    case Style::DoubleQuoted:
      return writer.double_quoted(text);
    case Style::Literal:
      return writer.literal(text);
  }
}

}  // namespace kaudit::yaml
