#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::backends {

/// `write /dev/full: no space left on device`, as Go prints a fs.PathError. `number` is an errno.
Error path_error(std::string_view call, std::string_view path, int number);

/// Where the path leads when links are followed; itself where it leads nowhere yet.
std::string real_path(const std::string& path);

/// The folder a path is in, without needless parts: `.` for a bare name.
std::string folder_of(const std::string& path);

}  // namespace kaudit::backends
