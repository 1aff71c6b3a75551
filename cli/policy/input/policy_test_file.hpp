#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/evaluator.hpp"
#include "base/result.hpp"
#include "base/yaml/node.hpp"
#include "cli/policy/input/request_attributes.hpp"

namespace kaudit::cli {

/// What a test wants of a decision; what is not given is not looked at. Levels are those of what is
/// recorded: without the event that holds them there are no bodies (policy::recorded()).
struct Expectation {
  std::optional<audit::Level> level, at_least, at_most;
  std::optional<audit::StageSet> stages;  ///< of the events that are made
  std::optional<int> rule;                ///< index; -1 for none
  std::optional<bool> omit_managed_fields;

  /// What the decision does not fulfil, one sentence each; nothing when all is well.
  std::vector<std::string> failures(const audit::Decision& decision,
                                    const audit::Attributes& request) const;
};

struct TestRequest {
  std::string text;  ///< as it is written, or in words
  RequestAttributes attributes;
};

struct PolicyTest {
  std::string name;
  yaml::Position position;
  std::vector<TestRequest> requests;
  Expectation expected;
};

/// Reads the tests of a policy, YAML or JSON:
///
///     tests:
///     - name: failed logins are recorded
///       request: GET /api/v1/nodes --unauthenticated
///       expect: {level: Metadata, stages: [ResponseStarted]}
///     - name: no bodies of Secrets
///       requests:
///       - POST /api/v1/namespaces/x/secrets --as alice
///       - {verb: get, resource: secrets, apiVersion: v1, namespace: x, user: {name: alice}}
///       expect: {atMost: Metadata}
///
/// `expect` has `level`, `atLeast`, `atMost`, `stages`, `rule`, `omitManagedFields`, or is the
/// level itself. Error: `FILE:LINE:COLUMN: what is wrong`.
Result<std::vector<PolicyTest>> read_policy_tests(std::string_view text, const std::string& file);

}  // namespace kaudit::cli
