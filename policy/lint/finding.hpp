#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml/node.hpp"
#include "policy/lint/fixes/edit.hpp"
#include "policy/lint/lints.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy::lint {

/// One thing that is wrong, at one place.
struct Finding {
  static constexpr int kNoRule = -1;

  Code code;
  Severity severity;
  yaml::Position position;    ///< line and column in bytes, from 1
  int rule = kNoRule;         ///< index of the rule it is about
  std::string path;           ///< `rules[3].verbs[0]`; "" when it is about the file as a whole
  std::string message;        ///< what goes wrong for whom
  std::string fix;            ///< what to do; "" when the message says it
  std::vector<Edit> edits{};  ///< the fix as changes of the text, where it can be said so
  FixKind fix_kind = FixKind::Judgement;  ///< of the edits
};

/// Takes findings and finds out where they point.
class Findings {
 public:
  /// `text` is what positions count in; edits are made for YAML only. Both must outlive this.
  explicit Findings(const yaml::Document& document, std::string_view text = {})
      : document_(document), text_(text) {}

  /// About the value at `path`, or what is around it when it is missing. The finding is valid until
  /// the next one is added.
  Finding& add(Code code, const std::string& path, std::string message, std::string fix);
  /// At a place of its own: a key, say.
  Finding& add_at(Code code, yaml::Position position, const std::string& path, std::string message,
                  std::string fix);

  /// Lets the fix replace the scalar `old` at `at` by `text`, quoted as it was. Nothing when it is
  /// written in another way there (a block scalar, an alias, escapes).
  void offer_value(Finding& finding, yaml::Position at, const std::string& old,
                   const std::string& text) const;
  /// Lets the fix replace it by a piece of YAML.
  void offer_yaml(Finding& finding, yaml::Position at, const std::string& old,
                  const std::string& yaml) const;
  /// Lets the fix put a rule, or several, before the one of this index, or after the last one for
  /// Finding::kNoRule. Nothing when the rules are not a list of lines.
  void offer_rules(Finding& finding, const Policy& policy, int before,
                   const std::string& rules) const;
  /// Lets the fix put a field in front of a rule's others, where they are on lines of their own.
  void offer_field(Finding& finding, const Rule& rule, const std::string& field) const;

  bool is_yaml() const noexcept { return document_.format == yaml::Format::Yaml; }
  const yaml::Document& document() const noexcept { return document_; }
  std::string_view text() const noexcept { return text_; }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  const yaml::Document& document_;
  std::string_view text_;
  std::vector<Finding> findings_;
};

/// The N of `rules[N]…`, or Finding::kNoRule.
int rule_of(const std::string& path) noexcept;

}  // namespace kaudit::policy::lint
