#pragma once

#include <string>

#include "apiserver/explorer/request_record.hpp"

namespace kaudit::apiserver::explorer {

/// Appends all that is known of a request: its row, the way through the chain, the policy's
/// decision rule by rule, each event as it is in a log, what other levels would have recorded, and
/// what each backend did.
void append_record(std::string& out, const RequestRecord& record);

/// Appends the request's events as a level would have recorded them, by the policy that was asked:
/// `{"level":…,"events":[{"stage":…,"bytes":…,"event":…}]}`. A stage that is not known has no
/// event, nor has one that is omitted.
void append_level(std::string& out, const RequestRecord& record, audit::Level level);

/// Appends `{"version":…,"name":…,"since":…,"text":…}`.
void append_policy(std::string& out, const PolicyVersion& version);

/// `whole`, `stream`, …: how a request was answered.
std::string_view text(Answer::Kind kind) noexcept;

}  // namespace kaudit::apiserver::explorer
