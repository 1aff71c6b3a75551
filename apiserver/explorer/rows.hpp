#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "apiserver/explorer/request_recorder.hpp"
#include "audit/report.hpp"

namespace kaudit::apiserver::explorer {

/// Appends what changed after version `since`: `{"version":…,"rows":[…],"skipped":…,…}`. Of more
/// than `limit` rows it has the latest; the others are counted as skipped. With them goes what the
/// recorder has forgotten and dropped.
std::uint64_t append_rows(std::string& out, const Recorder& recorder, std::uint64_t since,
                          std::size_t limit);

/// Appends the figures of each backend: `[{"backend":…,"pending":…,"lost":…,"figures":[…]}]`.
void append_backends(std::string& out, const std::vector<audit::Report>& reports);

}  // namespace kaudit::apiserver::explorer
