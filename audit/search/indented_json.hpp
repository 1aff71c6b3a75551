#pragma once

#include <string>
#include <string_view>

namespace kaudit::audit::search {

/// Appends a value with a member or element a line, two blanks deeper each, as Falco's `jevt.obj`
/// and people have it. Text that is not JSON is appended as far as it is.
void append_indented(std::string& out, std::string_view json);

}  // namespace kaudit::audit::search
