#include "backends/log/log_options.hpp"

#include <algorithm>
#include <limits>

#include "backends/log/log.hpp"
#include "backends/option_checks.hpp"

namespace kaudit::backends {
namespace {

using IntegerType = FlagSet::IntegerType;

constexpr NamedValues<LogFormat, 2> kFormats = {
    {{LogFormat::Legacy, "legacy"}, {LogFormat::Json, "json"}}};
constexpr NamedValues<LogSync, 3> kSyncs = {
    {{LogSync::Never, "never"}, {LogSync::Interval, "interval"}, {LogSync::Always, "always"}}};

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
// More would not fit into the types; nothing ever gets that large or old.
constexpr std::int64_t kLargestSizeMb = std::numeric_limits<std::int64_t>::max() / 2 / kMegabyte;
constexpr std::int64_t kLongestAgeDays = 1'000'000'000;

LogSettings settings_of(const LogOptions& log) {
  return {.path = log.path,
          .format = value_in(kFormats, log.format).value(),
          .rotation = {.max_bytes = std::min(log.max_size_mb, kLargestSizeMb) * kMegabyte,
                       .max_backups = log.max_backups,
                       .max_age = std::chrono::days(std::min(log.max_age_days, kLongestAgeDays)),
                       .compression = log.compress ? Compression::Gzip : Compression::None},
          .sync = value_in(kSyncs, log.sync).value()};
}

}  // namespace

void LogOptions::add_own_flags(FlagSet& flags) {
  flags.add(flag("path"), &path,
            "The `file` that events are appended to, one a line; - is standard output. Empty: no "
            "log.");
  flags.add(flag("format"), &format,
            "What a line is: json (an audit.k8s.io Event) or legacy (one line of text).");
  flags.offer(flag("format"), choices_of(kFormats));
  flags.add(flag("maxage"), &max_age_days, "How many days a rotated file is kept; 0 is for ever.",
            IntegerType::Int);
  flags.add(flag("maxbackup"), &max_backups, "How many rotated files are kept; 0 is all.",
            IntegerType::Int);
  flags.add(flag("maxsize"), &max_size_mb,
            "How many megabytes the file may have before it is rotated; 0 is never.",
            IntegerType::Int);
  flags.add(flag("compress"), &compress, "Whether rotated files are compressed with gzip.");
  flags.add(flag("sync"), &sync,
            "When events are forced to the disk: never (the system decides), interval (once a "
            "second) or always (before the request goes on).");
  flags.offer(flag("sync"), choices_of(kSyncs));
}

void LogOptions::check_own(std::vector<Error>& errors) const {
  if (!value_in(kFormats, format)) {
    errors.push_back({"invalid audit log format " + format + ", allowed formats are \"" +
                      names_of(kFormats) + "\""});
  }
  check_not_negative(errors, "--audit-log-maxage", max_age_days);
  check_not_negative(errors, "--audit-log-maxbackup", max_backups);
  check_not_negative(errors, "--audit-log-maxsize", max_size_mb);
  if (!value_in(kSyncs, sync)) {
    errors.push_back({"invalid audit log sync policy " + sync + ", allowed policies are \"" +
                      names_of(kSyncs) + "\""});
  }
}

Result<std::unique_ptr<audit::Backend>> LogOptions::open(const BackendContext& context) const {
  LogSettings settings = settings_of(*this);
  settings.trace = context.trace;
  auto log = Log::open(settings, context.counters);
  if (!log) return fail("ensureLogFile: " + log.error().message);
  return *std::move(log);
}

Result<void> LogOptions::check_without_policy() const {
  audit::Counters unused;
  if (auto opened = open({.counters = unused}); !opened) return tl::unexpected(opened.error());
  return {};
}

}  // namespace kaudit::backends
