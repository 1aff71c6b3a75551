#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/policy/input/recorded_request.hpp"

namespace kaudit::cli {

/// What a log had in it.
struct ReplaySummary {
  std::uint64_t requests = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t refused_lines = 0;  ///< no events; each was said on stderr, the first few at least
  std::optional<std::int64_t> first, last;  ///< when requests were received, in Unix seconds

  /// How much of a day the log covers; nothing when that cannot be said (less than a minute).
  std::optional<double> days() const;
};

/// Requests are counted by what they look like. Clients choose paths, so beyond so many kinds the
/// rest are counted together, under this name.
inline constexpr std::size_t kMostKinds = 10'000;
inline constexpr const char* kOtherKinds = "others: more kinds than are told apart";

/// Reads audit logs of every form (audit/reader), `-` being stdin, as one: gathers the events of a
/// request by their auditID and hands each request over once, when it is finished or the logs end.
/// What it keeps in memory are the requests that are not finished, a bounded number of them
/// (OpenRequests): beyond it the oldest are handed over as they are. Error: a file that cannot be
/// read.
Result<ReplaySummary> replay(const std::vector<std::string>& paths,
                             const std::function<void(const RecordedRequest&)>& take);

}  // namespace kaudit::cli
