#include "policy/lint/embedded.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/text/base64.hpp"
#include "base/yaml/reader.hpp"
#include "policy/lint/source_lines.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kGroup = "audit.k8s.io/";
constexpr std::size_t kNone = std::string_view::npos;

std::size_t indent_of(std::string_view line) noexcept { return line.find_first_not_of(' '); }

bool has_content(std::string_view line) noexcept {
  const std::size_t at = indent_of(line);
  return at != kNone && line[at] != '#';
}

bool is_marker(std::string_view line) noexcept {
  return line.starts_with("---") || line.starts_with("...");
}

/// Where the content after an item's dash begins; for other lines their indent.
std::size_t content_column(std::string_view line) noexcept {
  std::size_t at = indent_of(line);
  while (at != kNone && line.substr(at).starts_with("- ")) at = line.find_first_not_of(' ', at + 1);
  return at;
}

bool line_has_value(std::string_view line, std::size_t column, std::string_view key,
                    std::string_view value) noexcept {
  if (column >= line.size() || !line.substr(column).starts_with(key)) return false;
  std::string_view rest = line.substr(column + key.size());
  const std::size_t start = rest.find_first_not_of(" \"'");
  return start != kNone && rest.substr(start).starts_with(value);
}

/// A document that is a policy, or means to be one.
bool is_policy(const yaml::Document& document) {
  const yaml::Members* members = document.root->mapping();
  if (members == nullptr) return false;
  return std::ranges::any_of(*members, [](const yaml::Member& member) {
    const std::string* text = member.value->string();
    return member.key == "rules" || (text != nullptr && text->starts_with(kGroup)) ||
           (member.key == "kind" && text != nullptr && *text == "Policy");
  });
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text), lines_(text) {}

  std::vector<EmbeddedPolicy> run() {
    const auto document = yaml::read_document(text_);
    if (document && is_policy(*document)) return {};
    // A policy that cannot be read is still one.
    const bool may_be_outermost = document.has_value();
    for (int line = 1; line <= lines_.count(); ++line) {
      const std::string_view text = lines_.line(line);
      const std::size_t column = content_column(text);
      if (!line_has_value(text, column, "apiVersion:", kGroup)) continue;
      if (column == 0 && !may_be_outermost) continue;
      line = take_block(line, column);
    }
    if (found_.empty()) take_strings();
    return std::move(found_);
  }

 private:
  bool belongs(int number, std::size_t column) const {
    const std::string_view line = lines_.line(number);
    if (column == 0) return !is_marker(line);
    return indent_of(line) == kNone || indent_of(line) >= column;
  }

  /// Takes the lines around one that are indented as far as it, or further; the last one is
  /// returned.
  int take_block(int line, std::size_t column) {
    int first = line;
    const auto is_item = [&](int number) {
      return indent_of(lines_.line(number)) != content_column(lines_.line(number));
    };
    while (first > 1 && !is_item(first)) {
      const std::string_view above = lines_.line(first - 1);
      const bool starts_item =
          has_content(above) && indent_of(above) < column && content_column(above) == column;
      if (!starts_item && !belongs(first - 1, column)) break;
      --first;
    }
    int last = line;
    while (last < lines_.count() && belongs(last + 1, column)) ++last;
    bool is_policy = false;
    std::string text(static_cast<std::size_t>(first) - 1, '\n');
    for (int number = first; number <= last; ++number) {
      const std::string_view of_file = lines_.line(number);
      is_policy |= line_has_value(of_file, column, "kind:", "Policy");
      if (of_file.size() > column) text += of_file.substr(column);
      text += '\n';
    }
    if (!is_policy) return line;
    while (first < line && !has_content(lines_.line(first))) ++first;
    found_.push_back({path_to(first, column),
                      {first, static_cast<int>(column) + 1},
                      std::move(text),
                      true,
                      static_cast<int>(column)});
    return last;
  }

  static std::string key_of(std::string_view line, std::size_t column) {
    return std::string(line.substr(column, line.find(':', column) - column));
  }

  /// The keys above a block, by their indentation.
  std::string path_to(int first, std::size_t column) const {
    std::string path;
    std::size_t index = 0;
    std::size_t item = kNone;  // the indent of the items that are being counted
    if (indent_of(lines_.line(first)) < column) item = indent_of(lines_.line(first));
    for (int number = first - 1; number > 0 && (column > 0 || item != kNone); --number) {
      const std::string_view line = lines_.line(number);
      if (!has_content(line) || is_marker(line)) {
        if (is_marker(line)) break;
        continue;
      }
      const std::size_t indent = indent_of(line);
      const std::size_t content = content_column(line);
      if (item != kNone) {
        if (indent == item && content != indent) ++index;
        if (indent > item || content != indent) continue;
        path = key_of(line, content) + "[" + std::to_string(index) + "]" +
               (path.empty() ? "" : "." + path);
        column = indent;
        item = kNone;
        index = 0;
        continue;
      }
      if (content < column) {
        path = key_of(line, content) + (path.empty() ? "" : "." + path);
        column = content;
        if (content != indent) item = indent;
      } else if (content != indent && indent < column) {
        item = indent;
        column = indent;
      }
    }
    return path;
  }

  // --- in strings

  void take_strings() {
    std::string document;
    int line = 1;
    for (int number = 1; number <= lines_.count() + 1; ++number) {
      const bool ends = number > lines_.count() || lines_.line(number).starts_with("---");
      if (!ends) {
        document += std::string(lines_.line(number)) + "\n";
        continue;
      }
      if (document.find_first_not_of('\n') != document.npos) {
        const auto read = yaml::read_document(document);
        if (read) visit(*read->root, "");
      }
      line = number + 1;
      document.assign(static_cast<std::size_t>(line) - 1, '\n');
    }
  }

  void visit(const yaml::Node& node, const std::string& path) {
    if (const std::string* text = node.string()) return judge(node.position, *text, path);
    if (const yaml::Items* items = node.sequence()) {
      for (std::size_t i = 0; i < items->size(); ++i) {
        visit(*(*items)[i], path + "[" + std::to_string(i) + "]");
      }
    }
    const yaml::Members* members = node.mapping();
    if (members == nullptr) return;
    for (const yaml::Member& member : *members) {
      const bool plain = member.key.find_first_of(".[]\" ") == member.key.npos;
      std::string step = plain ? member.key : "[\"" + member.key + "\"]";
      if (plain && !path.empty()) step.insert(0, ".");
      visit(*member.value, path + step);
    }
  }

  void judge(yaml::Position position, const std::string& text, const std::string& path) {
    constexpr std::size_t kShortest = 40;
    if (text.size() < kShortest || path.empty()) return;
    std::string inner = text;
    if (text.find('\n') == text.npos || text.find(':') == text.npos) {
      if (const auto decoded = base64_decode(text)) inner = *decoded;
    }
    if (inner.find(kGroup) == inner.npos) return;
    const auto document = yaml::read_document(inner);
    const bool is_one = document && document->root->mapping() != nullptr && is_policy(*document);
    if (is_one) found_.push_back({path, position, std::move(inner), false, 0});
  }

  std::string_view text_;
  SourceLines lines_;
  std::vector<EmbeddedPolicy> found_;
};

}  // namespace

std::vector<EmbeddedPolicy> find_embedded(std::string_view source_text) {
  // A policy in base64 shows none of that: any long word may be one.
  constexpr std::size_t kShortest = 60;
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  std::size_t run = 0;
  bool may_hold_one = source_text.find(kGroup) != source_text.npos;
  for (const char c : source_text) {
    run = kDigits.find(c) == kDigits.npos ? 0 : run + 1;
    may_hold_one |= run >= kShortest;
  }
  if (!may_hold_one) return {};
  return Finder(source_text).run();
}

}  // namespace kaudit::policy::lint
