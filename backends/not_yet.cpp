#include "backends/not_yet.hpp"

#include <string>

namespace kaudit::backends {
namespace {

/// What is not part of this version: the flag that asks for it, and how much of it the options ask
/// for (0: nothing).
struct Missing {
  std::string_view flag;
  std::string_view value;  ///< said after the flag when only this value of it is refused
  std::string_view what;
  std::int64_t (*asked)(const AuditOptions&);
};

// A line goes when its part comes.
constexpr Missing kMissing[] = {
    {"audit-log-mode", "=batch", "the buffered backend is",
     [](const AuditOptions& options) -> std::int64_t {
       return !options.log.path.empty() && parse_mode(options.log.mode) == Mode::Batch;
     }},
    {"audit-log-truncate-enabled", "", "the truncating backend is",
     [](const AuditOptions& options) -> std::int64_t {
       return !options.log.path.empty() && options.log.truncate.enabled;
     }},
    {"audit-webhook-config-file", "", "batch mode, a webhook's default, and truncation are",
     [](const AuditOptions& options) -> std::int64_t {
       return !options.webhook.config_file.empty() &&
              (parse_mode(options.webhook.mode) == Mode::Batch || options.webhook.truncate.enabled);
     }},
};

}  // namespace

std::vector<Error> not_yet(const AuditOptions& options, const FlagSet* flags) {
  AuditOptions defaults;
  defaults.log.path = options.log.path;
  std::vector<Error> errors;
  for (const Missing& missing : kMissing) {
    const std::int64_t asked = missing.asked(options);
    const bool given = flags != nullptr && flags->changed(missing.flag);
    if (asked == 0 || (!given && asked == missing.asked(defaults))) continue;
    errors.push_back({"--" + std::string(missing.flag) + std::string(missing.value) +
                      " has no effect in this version: " + std::string(missing.what) +
                      " not part of it yet"});
  }
  return errors;
}

}  // namespace kaudit::backends
