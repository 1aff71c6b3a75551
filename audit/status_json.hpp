#pragma once

#include "audit/base/json_writer.hpp"
#include "audit/status.hpp"

namespace kaudit::audit {

/// append_json() of a Status for who has a writer already.
void write_status(JsonWriter& writer, const Status& status);

}  // namespace kaudit::audit
