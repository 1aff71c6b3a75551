#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/evaluator.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// One test of rules: events, and which rules they must meet.
struct RuleTest {
  std::string name;
  std::string file;
  int line = 0;
  std::vector<std::string> events;                               ///< as JSON
  bool exact = true;                                             ///< no other rules may be met
  std::map<std::string, std::optional<std::uint64_t>> expected;  ///< by rule; no number: any
};

/// A file of tests.
struct RuleTestFile {
  std::vector<std::string> rules;  ///< rule files that it names, relative to itself
  std::vector<RuleTest> tests;
};

/// Reads
///
///     rules: [falco.yaml]          # beside those of -r
///     policy: policy.yaml          # for requests; without it all is recorded
///     tests:
///     - name: an exec is noticed
///       request: GET /api/v1/namespaces/x/pods/web/exec?command=sh --as alice
///       expect: [Attach/Exec Pod]  # these and no others; or {RULE: COUNT}, others may be met
///     - name: a privileged Pod
///       request: POST /api/v1/namespaces/x/pods --as alice
///       code: 201
///       body: {spec: {containers: [{image: a, securityContext: {privileged: true}}]}}
///       expect: {Create Privileged Pod: 1}
///     - name: nobody
///       event: {auditID: "1", verb: get, user: {username: alice}}   # or events: […]
///       expect: []
///
/// A request becomes the events that the policy (the file's, or `evaluator`) leaves of it. Error:
/// `FILE:LINE: what is wrong`.
Result<RuleTestFile> read_rule_tests(const std::string& text, const std::string& file,
                                     std::shared_ptr<const audit::Evaluator> evaluator);

}  // namespace kaudit::cli
