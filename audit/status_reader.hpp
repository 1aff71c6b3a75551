#pragma once

#include <string_view>

#include "audit/status.hpp"
#include "audit/struct_reader.hpp"

namespace kaudit::audit {

/// Reads one member of a metav1.Status; one that a Status does not have is passed over.
void read_status_member(StructReader& in, std::string_view name, Status& status);

}  // namespace kaudit::audit
