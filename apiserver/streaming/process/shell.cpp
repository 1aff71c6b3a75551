#include "apiserver/streaming/process/shell.hpp"

#include <algorithm>

#include "base/text/ascii.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

using Variable = std::function<std::string(std::string_view)>;

bool is_name_character(char c) { return is_alphanumeric(c) || c == '_'; }

/// Reads one command; what it is given must outlive it.
class StepReader {
 public:
  StepReader(std::string_view& script, const Variable& variable)
      : rest_(script), variable_(variable) {}

  Result<std::optional<ShellStep>> read() {
    ShellStep step;
    bool any = false;
    for (;;) {
      skip_blanks();
      if (rest_.empty()) break;
      if (rest_.front() == ';' || rest_.front() == '\n') {
        rest_.remove_prefix(1);
        if (any) return step;
        continue;
      }
      if (take("&&") || take("||")) {
        if (!any) return fail("syntax error: a command is missing");
        step.then = last_ == "&&" ? ShellStep::Then::IfSuccess : ShellStep::Then::IfFailure;
        return step;
      }
      if (take("|")) {
        if (!any) return fail("syntax error: a command is missing");
        step.then = ShellStep::Then::Piped;
        return step;
      }
      any = true;
      if (auto read = read_part(step); !read) return tl::unexpected(read.error());
    }
    if (!any) return std::nullopt;
    return step;
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    last_ = text;
    return true;
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
    if (rest_.starts_with('#')) rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
  }

  /// A word or a redirection.
  Result<void> read_part(ShellStep& step) {
    if (take("2>&1")) {
      step.err = step.out;
      return {};
    }
    if (take(">&2") || take("1>&2")) {
      step.out = step.err;
      return {};
    }
    if (take("2>")) return read_target(step.err);
    if (take(">>") || take("1>>")) {
      step.appends = true;
      return read_target(step.out);
    }
    if (take(">") || take("1>")) return read_target(step.out);
    if (std::string_view("&()<`").find(rest_.front()) != std::string_view::npos) {
      return fail(std::string("syntax error: this shell does not know `") + rest_.front() + "'");
    }
    auto word = read_word();
    if (!word) return tl::unexpected(word.error());
    step.words.push_back(*std::move(word));
    return {};
  }

  Result<void> read_target(ShellStep::Target& target) {
    skip_blanks();
    auto path = read_word();
    if (!path) return tl::unexpected(path.error());
    if (path->empty()) return fail("syntax error: a redirection leads nowhere");
    const bool nowhere = *path == "/dev/null";
    target = {nowhere ? ShellStep::Target::Kind::Nowhere : ShellStep::Target::Kind::File, *path};
    return {};
  }

  Result<std::string> read_word() {
    std::string word;
    while (!rest_.empty() &&
           std::string_view(" \t\n;|&()<>").find(rest_.front()) == std::string_view::npos) {
      const char c = rest_.front();
      if (c == '\'' || c == '"') {
        if (auto read = read_quoted(c, word); !read) return tl::unexpected(read.error());
      } else if (auto read = read_character(word, "\n"); !read) {
        return tl::unexpected(read.error());
      }
    }
    return word;
  }

  Result<void> read_quoted(char quote, std::string& word) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != quote) {
      if (quote == '\'') {
        word += rest_.front();
        rest_.remove_prefix(1);
      } else if (auto read = read_character(word, "\"\\$`\n"); !read) {
        return read;
      }
    }
    if (rest_.empty()) return fail("syntax error: unterminated quoted string");
    rest_.remove_prefix(1);
    return {};
  }

  /// One character, or what stands for others. Within quotes a backslash counts before `escapable`
  /// only.
  Result<void> read_character(std::string& word, std::string_view escapable) {
    const char c = rest_.front();
    if (c == '`' || rest_.starts_with("$(")) {
      return fail("syntax error: this shell does not know command substitution");
    }
    rest_.remove_prefix(1);
    if (c == '$') {
      word += expanded();
    } else if (c != '\\' || rest_.empty()) {
      word += c;
    } else {
      const bool quoted = escapable.size() > 1;
      if (quoted && escapable.find(rest_.front()) == std::string_view::npos) word += c;
      if (rest_.front() != '\n') word += rest_.front();
      rest_.remove_prefix(1);
    }
    return check(word);
  }

  /// Variables could make a short script endless.
  static Result<void> check(const std::string& word) {
    constexpr std::size_t kMaxWord = std::size_t{256} * 1024;
    if (word.size() > kMaxWord) return fail("a word is too long");
    return {};
  }

  std::string expanded() {
    if (rest_.starts_with('?')) {
      rest_.remove_prefix(1);
      return variable_("?");
    }
    const bool braces = rest_.starts_with('{');
    const std::string_view from = braces ? rest_.substr(1) : rest_;
    const auto end = std::find_if_not(from.begin(), from.end(), is_name_character);
    const std::string_view name = from.substr(0, static_cast<std::size_t>(end - from.begin()));
    if (name.empty() || (braces && end == from.end()) || (braces && *end != '}')) return "$";
    rest_.remove_prefix(name.size() + (braces ? 2 : 0));
    return variable_(name);
  }

  std::string_view& rest_;
  const Variable& variable_;
  std::string_view last_;
};

}  // namespace

Result<std::optional<ShellStep>> take_step(std::string_view& script, const Variable& variable) {
  return StepReader(script, variable).read();
}

}  // namespace kaudit::apiserver::streaming::process
