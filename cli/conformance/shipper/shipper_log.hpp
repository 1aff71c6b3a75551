#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::cli {

/// The log that a shipper follows, with everything that is done to logs. Errors name the file. Not
/// thread-safe.
class ShipperLog {
 public:
  explicit ShipperLog(std::string path) : path_(std::move(path)) {}
  ShipperLog(const ShipperLog&) = delete;
  ShipperLog& operator=(const ShipperLog&) = delete;
  ~ShipperLog();

  /// Makes the file, which must be empty if it is there, and opens it for appending.
  Result<void> open();
  /// One write(2) of whole lines.
  Result<void> write(std::string_view lines);
  /// A line in two writes with a pause between them.
  Result<void> write_torn(std::string_view line, std::chrono::milliseconds pause);

  Result<void> rename_aside();       ///< as lumberjack does
  Result<void> rename_and_gzip();    ///< and then --audit-log-compress
  Result<void> copy_and_truncate();  ///< as logrotate's copytruncate
  Result<void> remove_and_make();    ///< somebody makes room

 private:
  Result<std::string> move_aside();
  Result<void> reopen();
  std::string free_name() const;
  tl::unexpected<Error> refuse(std::string_view what) const;

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace kaudit::cli
