#include "backends/log/log_figures.hpp"

namespace kaudit::backends {

void LogFigures::report(audit::Report& to) const {
  to.counter("audit_log_rotations_total", "Files that were moved aside.", rotations);
  to.counter("audit_log_rotation_failures_total", "Files that could not be moved aside.",
             rotation_failures);
  to.counter("audit_log_removed_files_total", "Rotated files that were removed.", removed);
  to.counter("audit_log_compressed_files_total", "Rotated files that were compressed.", compressed);
  to.counter("audit_log_upkeep_failures_total",
             "Rotated files that could not be removed or compressed.", upkeep_failures);
  to.counter("audit_log_sync_failures_total", "Failures to force the log to the disk.",
             sync_failures);
}

}  // namespace kaudit::backends
