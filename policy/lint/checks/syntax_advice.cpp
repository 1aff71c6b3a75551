#include "policy/lint/checks/syntax_advice.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "policy/lint/source_lines.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::array<std::string_view, 4> kCurly{"\u201C", "\u201D", "\u2018", "\u2019"};

/// Where a word of plain text ends: at white space, and in brackets at what divides them.
std::string_view word_at(std::string_view rest) noexcept {
  return rest.substr(0, rest.find_first_of(" \t,[]{}"));
}

/// Reads a text line by line as a person does, brackets and quotes open across lines.
class YamlReader {
 public:
  YamlReader(std::string_view text, yaml::Position noticed) : lines_(text), noticed_(noticed) {}

  std::optional<SyntaxAdvice> run() {
    for (line_ = 1; line_ <= lines_.count() && !advice_; ++line_) {
      text_ = lines_.line(line_);
      if (in_block_scalar()) continue;
      // A bracket or quote that is still open may be the mistake, however far below it shows.
      const bool open = !brackets_.empty() || quote_ != '\0';
      if (line_ > noticed_.line && !open) break;
      read_line();
    }
    if (!advice_ && quote_ != '\0') {
      advise(quote_at_, std::string("close the quote ") + quote_ + " that is opened here");
    }
    if (!advice_ && !brackets_.empty()) advise_unclosed();
    return std::move(advice_);
  }

 private:
  struct Bracket {
    char character;
    yaml::Position position;
    std::size_t indent;  ///< of its line
  };

  /// Lines below `|` or `>` are text, as long as they are indented further.
  bool in_block_scalar() {
    if (block_indent_ == kNone) return false;
    const std::size_t content = text_.find_first_not_of(' ');
    if (content == text_.npos || content > block_indent_) return true;
    block_indent_ = kNone;
    return false;
  }

  void read_line() {
    indent_ = std::min(text_.find_first_not_of(kBlanks), text_.size());
    if (indent_ == text_.size() || (text_[indent_] == '#' && quote_ == '\0')) return;
    at_ = indent_;
    if (quote_ == '\0' && brackets_.empty()) {
      if (const std::size_t tab = text_.substr(0, indent_).find('\t'); tab != text_.npos) {
        return advise({line_, static_cast<int>(tab) + 1},
                      "indent with blanks: YAML allows no tabs there");
      }
      judge_indentation();
    }
    if (quote_ == '\0' && !brackets_.empty() && starts_block_line()) return advise_unclosed();
    expect_value_ = true;
    while (!advice_ && at_ < text_.size()) step();
  }

  /// Inside of brackets: a line that looks as if they were closed.
  bool starts_block_line() const {
    const std::string_view rest = text_.substr(indent_);
    if (indent_ > brackets_.back().indent) return false;
    const std::string_view word = word_at(rest);
    return rest.starts_with("- ") || word.ends_with(':') ||
           (!word.empty() && rest.substr(word.size()).starts_with(':'));
  }

  /// `- level: None` and below it `   verbs:`, one blank too far in.
  void judge_indentation() {
    std::string_view rest = text_.substr(indent_);
    std::size_t key = indent_;
    while (rest.starts_with("- ")) {
      const std::size_t skip = std::min(rest.find_first_not_of(kBlanks, 1), rest.size());
      rest.remove_prefix(skip);
      key += skip;
    }
    const std::size_t colon = rest.find(':');
    const bool is_key = colon != rest.npos && colon > 0 &&
                        rest.substr(0, colon).find_first_of(" \t\"'[]{},#") == rest.npos;
    if (is_key && colon + 1 < rest.size() && rest[colon + 1] != ' ' && rest[colon + 1] != '\t' &&
        rest.substr(0, colon).find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == rest.npos) {
      // May be a value such as system:nodes; it is not where a key is wanted.
      glued_ = {{line_, static_cast<int>(key + colon) + 1},
                "put a blank after the colon of " + code(word_at(rest))};
    }
    const bool deeper = key_column_ != kNone && key == indent_ && key > key_column_;
    if (is_key && deeper && !key_opens_) {
      advise({line_, static_cast<int>(key) + 1},
             "compare the indentation: this line is indented " + std::to_string(key) +
                 " blanks, but " + code(key_name_) + " above it " + std::to_string(key_column_));
      return;
    }
    if (glued_ && line_ == noticed_.line) return advise(glued_->position, glued_->fix);
    if (!is_key) return;
    key_column_ = key;
    key_name_ = rest.substr(0, colon);
    const std::string_view value = rest.substr(colon + 1);
    const std::size_t content = value.find_first_not_of(kBlanks);
    key_opens_ = content == value.npos || value[content] == '#' || value[content] == '&';
  }

  void step() {
    if (quote_ != '\0') return read_quoted();
    const char c = text_[at_];
    const bool blank_before = at_ == 0 || kBlanks.find(text_[at_ - 1]) != kBlanks.npos;
    if (c == '#' && blank_before) {
      at_ = text_.size();
      return;
    }
    if (kBlanks.find(c) != kBlanks.npos) {
      ++at_;
      return;
    }
    if (expect_value_) return read_value(c);
    if (!brackets_.empty()) return read_in_brackets(c);
    read_plain();
  }

  /// The first character of a value, a key or an item.
  void read_value(char c) {
    const std::string_view rest = text_.substr(at_);
    const bool at_item = (c == '-' || c == '?') && (rest.size() == 1 || rest[1] == ' ');
    if (at_item && brackets_.empty()) {
      ++at_;
      return;
    }
    for (const std::string_view mark : kCurly) {
      if (rest.starts_with(mark)) {
        return advise(here(),
                      "type the quotes again: these are typographic ones, copied from a "
                      "page perhaps");
      }
    }
    if (c == '"' || c == '\'') {
      quote_ = c;
      quote_at_ = here();
      ++at_;
      return;
    }
    if (c == '[' || c == '{') return open(c);
    if (c == ']' || c == '}') return close(c);
    if (c == ',' && !brackets_.empty()) {
      return advise(here(), "remove this comma, or write what is missing before it");
    }
    if (c == '@' || c == '`' || c == '%' || c == '*' || c == '&' || c == '!') {
      return read_indicator(c, rest);
    }
    if ((c == '|' || c == '>') && brackets_.empty()) {
      block_indent_ = indent_;
      at_ = text_.size();
      return;
    }
    expect_value_ = false;
    if (brackets_.empty()) read_plain();
  }

  void read_indicator(char c, std::string_view rest) {
    const std::string_view word = word_at(rest);
    const bool reserved = c == '@' || c == '`' || c == '%';
    const bool bare = word.size() == 1;
    const bool dangling =
        c == '*' && !bare && std::ranges::find(anchors_, word.substr(1)) == anchors_.end();
    if (reserved || (c == '*' && bare) || dangling) {
      std::string why = reserved ? ": YAML keeps this character for itself"
                                 : ": a bare `*` asks for an anchor of that name";
      return advise(here(), "put it into quotes, `\"" + std::string(word) + "\"`" + why);
    }
    if (c == '&') anchors_.push_back(word.substr(1));
    at_ += std::max<std::size_t>(word.size(), 1);
    if (c == '*') expect_value_ = false;
  }

  void read_quoted() {
    const std::size_t end = text_.find(quote_, at_);
    if (end == text_.npos) {
      at_ = text_.size();
      return;
    }
    if (quote_ == '"' && is_escaped(end)) {
      at_ = end + 1;
      return;
    }
    if (quote_ == '\'' && text_.substr(end + 1).starts_with('\'')) {
      at_ = end + 2;
      return;
    }
    quote_ = '\0';
    at_ = end + 1;
    expect_value_ = false;
    const std::string_view rest = text_.substr(at_);
    const std::size_t next = rest.find_first_not_of(kBlanks);
    if (next == rest.npos || rest[next] == ':' || (rest[next] == '#' && next > 0)) return;
    const bool ends = !brackets_.empty() && std::string_view(",]}").find(rest[next]) != rest.npos;
    if (ends) return;
    at_ += next;
    if (line_ != quote_at_.line) {
      return advise(quote_at_, "close the quote that is opened here: it ends lines below");
    }
    advise(here(), !brackets_.empty() ? "put a comma between the items"
                                      : "nothing may follow a closing quote: put all of the text "
                                        "into the quotes");
  }

  bool is_escaped(std::size_t at) const {
    std::size_t count = 0;
    while (at > count && text_[at - count - 1] == '\\') ++count;
    return count % 2 == 1;
  }

  /// Plain text in brackets, up to what divides it.
  void read_in_brackets(char c) {
    if (c == '[' || c == '{') {
      return advise(here(), "put a comma before this bracket, or quotes around the text");
    }
    if (c == ']' || c == '}') return close(c);
    if (c == ',') {
      ++at_;
      expect_value_ = true;
      return;
    }
    const bool divides =
        c == ':' && (at_ + 1 == text_.size() ||
                     std::string_view(" \t,[]{}").find(text_[at_ + 1]) != std::string_view::npos);
    ++at_;
    if (divides) expect_value_ = true;
  }

  /// Plain text outside of brackets, to the end of a key or of the line.
  void read_plain() {
    const std::size_t colon = find_colon();
    const std::size_t comment = text_.find(" #", at_);
    if (colon < std::min(comment, text_.size())) {
      if (has_value_on(line_)) {
        return advise({line_, static_cast<int>(colon) + 1},
                      "put the value into quotes: a colon with a blank after it begins another "
                      "key");
      }
      keyed_line_ = line_;
      at_ = colon + 1;
      expect_value_ = true;
      return;
    }
    const std::string_view value = text_.substr(at_, std::min(comment, text_.size()) - at_);
    const std::size_t last = value.find_last_not_of(kBlanks);
    const std::size_t bracket = value.find_first_of("]}");
    if (bracket != value.npos && last != value.npos && keyed_line_ == line_ &&
        value.find_first_of("[{") == value.npos && line_ == noticed_.line) {
      return advise({line_, static_cast<int>(at_ + bracket) + 1},
                    "remove this bracket, or open it before the first item");
    }
    at_ = text_.size();
  }

  std::size_t find_colon() const {
    for (std::size_t at = text_.find(':', at_); at != text_.npos; at = text_.find(':', at + 1)) {
      if (at + 1 == text_.size() || kBlanks.find(text_[at + 1]) != kBlanks.npos) return at;
    }
    return text_.npos;
  }
  bool has_value_on(int line) const noexcept { return keyed_line_ == line; }

  void open(char c) {
    brackets_.push_back({c, here(), indent_});
    ++at_;
    expect_value_ = true;
  }

  void close(char c) {
    const char opens = c == ']' ? '[' : '{';
    if (brackets_.empty()) return advise(here(), "remove this bracket: none is open here");
    if (brackets_.back().character != opens) {
      return advise(here(), std::string("this bracket closes none: `") +
                                brackets_.back().character + "` of line " +
                                std::to_string(brackets_.back().position.line) + " is open");
    }
    brackets_.pop_back();
    ++at_;
    expect_value_ = false;
    const std::string_view rest = text_.substr(at_);
    const std::size_t next = rest.find_first_not_of(kBlanks);
    if (next == rest.npos || rest[next] == '#' || rest[next] == ':') return;
    if (brackets_.empty()) {
      at_ += next;
      advise(here(), rest[next] == ']' || rest[next] == '}'
                         ? "remove this bracket: there is one too many"
                     : rest[next] == ','
                         ? "remove this comma: a list of lines has none"
                         : "remove what follows the closing bracket, or begin a new line with it");
    }
  }

  void advise_unclosed() {
    const Bracket& open = brackets_.back();
    const char closing = open.character == '[' ? ']' : '}';
    advise(open.position, std::string("close this bracket: a `") + closing + "` is missing");
  }

  yaml::Position here() const noexcept { return {line_, static_cast<int>(at_) + 1}; }
  void advise(yaml::Position position, std::string fix) {
    if (!advice_) advice_ = SyntaxAdvice{position, std::move(fix)};
  }

  static constexpr std::size_t kNone = std::string_view::npos;

  SourceLines lines_;
  yaml::Position noticed_;
  std::optional<SyntaxAdvice> advice_;
  std::optional<SyntaxAdvice> glued_;  ///< a colon without its blank
  std::vector<Bracket> brackets_;
  std::vector<std::string_view> anchors_;
  std::string_view text_;  ///< of the line
  int line_ = 1;
  int keyed_line_ = 0;  ///< the last line on which a key was read
  std::size_t at_ = 0;
  std::size_t indent_ = 0;
  std::size_t block_indent_ = kNone;
  std::size_t key_column_ = kNone;
  std::string_view key_name_;
  bool key_opens_ = false;  ///< the last key's value is below it
  bool expect_value_ = true;
  char quote_ = '\0';
  yaml::Position quote_at_;
};

}  // namespace

std::optional<SyntaxAdvice> advise_yaml(std::string_view text, yaml::Position noticed) {
  return YamlReader(text, noticed).run();
}

}  // namespace kaudit::policy::lint
