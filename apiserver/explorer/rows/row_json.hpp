#pragma once

#include <string>

#include "apiserver/explorer/request_record.hpp"
#include "base/json/object_writer.hpp"

namespace kaudit::apiserver::explorer {

/// Writes what a row of the list of requests says: `"number":…,"auditID":…` with who, verb, object,
/// code and time, and the stages of its events.
void write_row_members(ObjectWriter& row, const RequestRecord& record);

/// Appends such a row as an object.
void append_row(std::string& out, const RequestRecord& record);

}  // namespace kaudit::apiserver::explorer
