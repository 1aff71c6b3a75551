#pragma once

#include <string>
#include <vector>

#include "base/yaml/node.hpp"
#include "policy/lint/lints.hpp"

namespace kaudit::policy::lint {

/// One thing that is wrong, at one place.
struct Finding {
  static constexpr int kNoRule = -1;

  Code code;
  Severity severity;
  yaml::Position position;  ///< line and column in bytes, from 1
  int rule = kNoRule;       ///< index of the rule it is about
  std::string path;         ///< `rules[3].verbs[0]`; "" when it is about the file as a whole
  std::string message;      ///< what goes wrong for whom
  std::string fix;          ///< what to do; "" when the message says it
};

/// Takes findings and finds out where they stand.
class Findings {
 public:
  explicit Findings(const yaml::Document& document) : document_(document) {}

  /// About the value at `path`, or what is around it when it is missing.
  void add(Code code, const std::string& path, std::string message, std::string fix);
  /// At a place of its own: a key, say.
  void add_at(Code code, yaml::Position position, const std::string& path, std::string message,
              std::string fix);

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  const yaml::Document& document_;
  std::vector<Finding> findings_;
};

/// The N of `rules[N]…`, or Finding::kNoRule.
int rule_of(const std::string& path) noexcept;

}  // namespace kaudit::policy::lint
