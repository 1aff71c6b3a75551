#pragma once

#include <string>

#include "apiserver/explorer/request_record.hpp"

namespace kaudit::apiserver::explorer {

/// Appends one row of the list of requests: `{"number":…,"auditID":…}` with who, verb, object, code
/// and time, and the stages of its events.
void append_row(std::string& out, const RequestRecord& record);

/// Appends all that is known of a request: its row, the way through the chain, the policy's
/// decision rule by rule, each event as it is in a log, what other levels would have recorded, and
/// what each backend did.
void append_record(std::string& out, const RequestRecord& record);

/// Appends `{"version":…,"name":…,"since":…,"text":…}`.
void append_policy(std::string& out, const PolicyVersion& version);

/// `whole`, `stream`, …: how a request was answered.
std::string_view text(Answer::Kind kind) noexcept;

}  // namespace kaudit::apiserver::explorer
