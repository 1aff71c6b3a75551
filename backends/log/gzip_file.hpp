#pragma once

#include <stop_token>
#include <string>

#include "base/result.hpp"

namespace kaudit::backends {

/// Puts `path.gz` in the place of `path`, with its mode and owner.
///
/// Whatever ends the process in between, a whole form of the content is there: it is written under
/// `path.gz.tmp`, is on the disk before it gets its name, and only then the file goes. What another
/// process appends to the file in the meantime is included. An error, which a stop is too, leaves
/// the file as it was.
Result<void> gzip_file(const std::string& path, const std::stop_token& stop = {});

}  // namespace kaudit::backends
