#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "backends/log/rotation.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// Looks after the files that a log was rotated into: removes those past the limits, compresses the
/// rest, settles what a crash left. Decides by plan_upkeep(); any thread, tidy() one at a time.
class BackupKeeper {
 public:
  BackupKeeper(const std::string& log_path, const RotationLimits& limits, WallClock clock);

  /// Tells that the log is being moved to this name (without the folder): tidy() leaves it alone
  /// until release(), for it may be moved back.
  void hold(std::string name);
  void release();

  struct Tidied {
    std::size_t removed = 0;
    std::size_t compressed = 0;
    std::vector<Error> errors;  ///< each about one file, which is tried again the next time
  };
  Tidied tidy(const std::stop_token& stop = {});

 private:
  std::vector<std::string> names_in(const std::string& folder, Tidied& tidied) const;

  const std::string log_path_;
  const RotatedNames names_;
  const RotationLimits limits_;
  const WallClock clock_;
  mutable Mutex mutex_;
  std::string held_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::backends
