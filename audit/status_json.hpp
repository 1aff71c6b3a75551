#pragma once

#include "audit/status.hpp"
#include "base/json/json_writer.hpp"

namespace kaudit::audit {

/// append_json() of a Status for a caller that has a writer already.
void write_status(JsonWriter& writer, const Status& status);

}  // namespace kaudit::audit
