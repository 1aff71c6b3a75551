#include "policy/lint/server_flags.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/yaml/reader.hpp"

namespace kaudit::policy::lint {
namespace {

using yaml::Node;

/// What surrounds a flag in shells, YAML and JSON.
constexpr std::string_view kSeparators = " \t\r\n\"'`,[]{}\\;";
constexpr int kDeepest = 4;  ///< text within text within …

/// `audit-log-mode` of `--audit-log-mode`, `apiserver.audit-log-mode`, `auditLogMode`; nothing when
/// the word is not a flag of auditing.
std::optional<std::string> flag_named(std::string_view word) {
  while (word.starts_with('-')) word.remove_prefix(1);
  constexpr std::string_view kComponent = "apiserver.";
  if (word.starts_with(kComponent)) word.remove_prefix(kComponent.size());
  std::string name;
  for (const char c : word) {
    if (is_upper(c)) {
      name += '-';
      name += to_lower(c);
    } else if (is_alphanumeric(c) || c == '-') {
      name += c;
    } else {
      return std::nullopt;
    }
  }
  const bool known = name.starts_with("audit-log-") || name.starts_with("audit-webhook-") ||
                     name == "audit-policy-file";
  return known ? std::optional(name) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = text.find_first_not_of(kSeparators);
    if (start == text.npos) return words;
    text.remove_prefix(start);
    words.push_back(text.substr(0, text.find_first_of(kSeparators)));
    text.remove_prefix(words.back().size());
  }
}

/// Without what comes after `#`, and without lines that begin with `;` (systemd).
std::string without_comments(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != line.npos && line[first] == ';') continue;
    std::size_t end = 0;
    while (end < line.size() &&
           !(line[end] == '#' && (end == 0 || line[end - 1] == ' ' || line[end - 1] == '\t'))) {
      ++end;
    }
    out.append(line.substr(0, end)).append("\n");
  }
  return out;
}

std::optional<std::string> scalar_of(const Node& node) {
  if (const std::string* text = node.string()) return *text;
  if (const yaml::Number* number = node.number()) return number->text;
  if (const bool* value = node.boolean()) return *value ? "true" : "false";
  const yaml::Items* items = node.sequence();
  return items != nullptr && !items->empty() ? scalar_of(*items->back()) : std::nullopt;
}

class Search {
 public:
  const ServerFlags& flags() const noexcept { return flags_; }

  /// A file's text, or text within one: YAML documents, and where it is not YAML, words.
  void text(std::string_view text, int depth) {
    while (!text.empty()) {
      const std::size_t dashes = text.find("\n---");
      document(text.substr(0, dashes), depth);
      text.remove_prefix(dashes == text.npos ? text.size() : dashes + 1);
      if (!text.starts_with("---")) continue;
      text.remove_prefix(std::min(text.size(), text.find('\n')));
    }
  }

 private:
  void document(std::string_view text, int depth) {
    const std::size_t before = flags_.audit_flags;
    if (const auto read = yaml::read_document(text)) node(*read->root, depth);
    // A unit's [Service] is a list to YAML; a shell's line is one scalar, or none.
    if (flags_.audit_flags == before) words(without_comments(text));
  }

  void node(const Node& node, int depth) {
    if (const std::string* text = node.string()) return string(*text, depth);
    if (node.sequence() != nullptr) return sequence(*node.sequence(), depth);
    if (node.mapping() == nullptr) return;
    if (pair(node)) return;
    for (const yaml::Member& member : *node.mapping()) {
      const auto flag = flag_named(member.key);
      const auto value = flag ? scalar_of(*member.value) : std::nullopt;
      if (value) {
        set(*flag, *value);
      } else {
        this->node(*member.value, depth);
      }
    }
  }

  /// `{name: audit-log-mode, value: batch}`, as kubeadm has it; minikube says Key and Value.
  bool pair(const Node& node) {
    for (const auto& [key, value] : {std::pair{"name", "value"}, {"Key", "Value"}}) {
      const Node* name = find(node, key);
      const Node* content = find(node, value);
      if (name == nullptr || content == nullptr || name->string() == nullptr) continue;
      const auto flag = flag_named(*name->string());
      const auto text = flag ? scalar_of(*content) : std::nullopt;
      if (!text) continue;
      set(*flag, *text);
      return true;
    }
    return false;
  }

  /// A flag and its value may be two items.
  void sequence(const yaml::Items& items, int depth) {
    std::string joined;
    for (const Node* item : items) {
      const std::string* text = item->string();
      if (text != nullptr && text->find('\n') == text->npos) {
        joined.append(*text).append(" ");
      } else {
        node(*item, depth);
      }
    }
    words(joined);
  }

  void string(const std::string& text, int depth) {
    if (text.find('\n') != text.npos && depth < kDeepest) return this->text(text, depth + 1);
    words(text);
  }

  void words(std::string_view text) {
    const auto all = words_of(text);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::string_view word = all[i];
      const bool dashes = word.starts_with("--");
      // --kube-apiserver-arg=audit-log-mode=batch, --extra-config=apiserver.audit-log-mode=batch
      while (!word.empty()) {
        const std::size_t end = std::min(word.find('='), word.size());
        std::string_view name = word.substr(0, end);
        const bool labels = end == word.size() && name.ends_with(':');
        if (labels) name.remove_suffix(1);
        const bool has_value = end < word.size();
        const auto flag = flag_named(name);
        word.remove_prefix(has_value ? end + 1 : word.size());
        if (!flag) continue;
        if (!word.empty()) {
          set(*flag, std::string(word));
        } else if ((has_value || dashes || labels) && i + 1 < all.size() &&
                   !all[i + 1].starts_with('-')) {
          set(*flag, std::string(all[++i]));
        }
        break;
      }
    }
  }

  void set(const std::string& flag, std::string value) {
    ++flags_.audit_flags;
    if (flag == "audit-log-mode") {
      flags_.log_mode = std::move(value);
    } else if (flag == "audit-webhook-mode") {
      flags_.webhook_mode = std::move(value);
    }
  }

  ServerFlags flags_;
};

}  // namespace

ServerFlags find_server_flags(std::string_view text) {
  Search search;
  search.text(text, 0);
  return search.flags();
}

}  // namespace kaudit::policy::lint
