#pragma once

#include <string>
#include <vector>

#include "apiserver/explorer/request_recorder.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "audit/report.hpp"

namespace kaudit::apiserver::explorer {

/// Appends what `kaudit trace` asks for: `{"last":N,"pending":N,"text":…}`, the blocks of the
/// request that the question names by `auditID`, or of those whose numbers are greater than its
/// `after`; without either none. `pending` counts those that are still on their way, or not yet
/// delivered everywhere.
void append_traces(std::string& out, const objects::Json& question, const Recorder& recorder,
                   const std::vector<audit::Report>& backends);

}  // namespace kaudit::apiserver::explorer
