#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/descriptor.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// What was written and may not be on the disk yet. The files stay open as long as this lives,
/// whatever becomes of their names.
struct Unsynced {
  std::vector<std::shared_ptr<const Descriptor>> files;
  std::string folder;  ///< in which there are new names; empty: none
  std::string path;    ///< for errors
};

/// Waits until all of it is on the disk. All is tried; the error is the first one:
/// `sync /var/log/audit.log: input/output error`. It is final: the system forgets what it could not
/// write, and would say yes the next time.
Result<void> sync_to_disk(const Unsynced& unsynced);

}  // namespace kaudit::backends
