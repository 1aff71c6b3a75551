#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lint/finding.hpp"
#include "policy/lint/server_flags.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy::lint {

/// Larger files are not read: a policy of 10,000 rules has about 2 MB.
inline constexpr std::size_t kMaxBytes = 4U << 20U;

struct CheckOptions {
  ServerFlags flags;
};

/// A policy inside another file.
struct FoundPolicy {
  std::string where;  ///< `data["policy.yaml"]`
  int line = 1;       ///< of the file
};

struct CheckReport {
  std::vector<Finding> findings;  ///< in the order of their places
  std::string text;  ///< what positions count in: the file as UTF-8, lines ended by `\n`
  std::size_t rules = 0;
  std::vector<FoundPolicy> found;  ///< in a file that holds other things as well
  std::vector<Policy> policies;    ///< those that a server would take, or would but for KA002

  /// The highest severity; nothing when there is no finding.
  std::optional<Severity> worst() const noexcept;
};

/// All that is wrong with a policy's text: what a server refuses (as read_policy() has it), then
/// what it drops, what never matches, and what is recorded too little or too much. A policy with an
/// old apiVersion is judged as if that were mended. Of a file that is something else (a ConfigMap,
/// a machine's configuration, cloud-init) the policies in it are judged, with the file's own lines.
/// Thread-safe.
CheckReport check(std::string_view bytes, const CheckOptions& options = {});

}  // namespace kaudit::policy::lint
