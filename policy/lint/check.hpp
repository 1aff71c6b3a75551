#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lint/finding.hpp"
#include "policy/lint/server_flags.hpp"

namespace kaudit::policy::lint {

/// Larger files are not read: a policy of 10,000 rules has about 2 MB.
inline constexpr std::size_t kMaxBytes = 4U << 20U;

struct CheckOptions {
  ServerFlags flags;
};

struct CheckReport {
  std::vector<Finding> findings;  ///< in the order of their places
  std::string text;  ///< what positions count in: the file as UTF-8, lines ended by `\n`
  std::size_t rules = 0;

  /// The highest severity; nothing when there is no finding.
  std::optional<Severity> worst() const noexcept;
};

/// All that is wrong with a policy's text: what a server refuses (as read_policy() has it), then
/// what it drops, what never matches, and what is recorded too little or too much. A policy with an
/// old apiVersion is judged as if that were mended. Thread-safe.
CheckReport check(std::string_view bytes, const CheckOptions& options = {});

}  // namespace kaudit::policy::lint
