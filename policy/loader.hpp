#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "policy/policy.hpp"
#include "policy/type_check.hpp"

namespace kaudit::policy {

/// What kube-apiserver would make of a policy's text.
struct LoadReport {
  std::optional<Policy> policy;  ///< absent when it is refused
  std::vector<Problem>
      errors;  ///< why it is refused; decoding ends at its first error and names no path
  std::vector<Problem> warnings;  ///< what strict decoding found: unknown fields, repeated keys
  std::string refusal;            ///< the server's own text, without the file's name
  std::string warning;            ///< the server's own line
};

/// Decodes and validates a policy: strictly first, with warnings and leniently when only that
/// fails. `source` is the file's name, for the policy to carry. (k8s.io/apiserver/pkg/audit/policy
/// LoadPolicyFromBytes)
LoadReport read_policy(std::string_view text, std::string source);

struct LoadedPolicy {
  Policy policy;
  std::vector<std::string> warnings;  ///< for the server's log
};

/// Loads a policy file for the server. The error is what kube-apiserver prints:
/// `loading audit policy file: …: from file PATH`.
Result<LoadedPolicy> load_policy_file(const std::string& path);

}  // namespace kaudit::policy
