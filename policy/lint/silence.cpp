#include "policy/lint/silence.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kMark = "kaudit:ignore";
constexpr int kWholeFile = 0;

/// One code of a comment.
struct Ignore {
  std::string_view id;
  int line;  ///< that it is about, or kWholeFile
  yaml::Position position;
  bool used = false;
};

/// The offset of the comment's text in the line, or npos. A # inside of quotes can only be taken
/// for one when the mark follows it.
std::size_t comment_of(std::string_view line) noexcept {
  for (std::size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
    if (at > 0 && line[at - 1] != ' ' && line[at - 1] != '\t') continue;
    const std::size_t text = line.find_first_not_of("# \t", at);
    if (text != line.npos && line.substr(text).starts_with(kMark)) return text;
  }
  return line.npos;
}

class Reader {
 public:
  std::vector<Ignore> run(std::string_view text) {
    for (number_ = 1; !text.empty(); ++number_) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      read(line);
    }
    return std::move(ignores_);
  }

 private:
  void read(std::string_view line) {
    const std::size_t content = line.find_first_not_of(" \t\r");
    const bool is_content = content != line.npos && line[content] != '#';
    if (is_content) {
      // Comments above are about this line; `---` is not content, but what is below it is.
      const bool is_marker = line.starts_with("---") || line.starts_with('%');
      if (!is_marker) {
        for (; pending_ < ignores_.size(); ++pending_) ignores_[pending_].line = number_;
        above_all_ = false;
      }
    }
    const std::size_t comment = comment_of(line);
    if (comment == line.npos) return;
    add_codes(line, comment + kMark.size(), is_content ? number_ : kWholeFile);
    // A comment of its own waits for its line, but not above all content.
    if (is_content || above_all_) pending_ = ignores_.size();
  }

  void add_codes(std::string_view line, std::size_t at, int about) {
    while (true) {
      at = line.find_first_not_of(" \t,", at);
      if (at == line.npos || !line.substr(at).starts_with("KA")) return;
      const std::size_t end = std::min(line.find_first_of(" \t,:", at), line.size());
      ignores_.push_back({line.substr(at, end - at), about, {number_, static_cast<int>(at) + 1}});
      at = end;
    }
  }

  std::vector<Ignore> ignores_;
  std::size_t pending_ = 0;
  int number_ = 1;
  bool above_all_ = true;
};

}  // namespace

void silence(std::string_view text, const std::vector<int>& rule_lines,
             std::vector<Finding>& findings) {
  std::vector<Ignore> ignores = Reader().run(text);
  if (ignores.empty()) return;
  std::multimap<std::string_view, Ignore*> by_id;
  for (Ignore& ignore : ignores) by_id.emplace(ignore.id, &ignore);

  std::erase_if(findings, [&](const Finding& finding) {
    if (finding.code < Code::MisspeltField) return false;
    const int rule_line = finding.rule == Finding::kNoRule
                              ? kWholeFile
                              : rule_lines.at(static_cast<std::size_t>(finding.rule));
    bool silenced = false;
    const auto [first, last] = by_id.equal_range(lint_of(finding.code).id);
    for (auto at = first; at != last; ++at) {
      Ignore& ignore = *at->second;
      const bool fits = ignore.line == kWholeFile || ignore.line == finding.position.line ||
                        ignore.line == rule_line;
      ignore.used |= fits;
      silenced |= fits;
    }
    return silenced;
  });

  for (const Ignore& ignore : ignores) {
    if (ignore.used) continue;
    const Lint* lint = find_lint(ignore.id);
    const bool refused = lint != nullptr && lint->code < Code::MisspeltField;
    const std::string what = lint == nullptr ? " is not a code of a lint"
                             : refused       ? " cannot be silenced: a server refuses the file"
                                             : " is silenced here, but nothing like it is found";
    findings.push_back({Code::UnusedIgnore, lint_of(Code::UnusedIgnore).severity, ignore.position,
                        Finding::kNoRule, "", std::string(ignore.id) + what,
                        "remove it from the comment"});
  }
}

}  // namespace kaudit::policy::lint
