#include "backends/audit_options.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/flags/flag_values.hpp"

namespace kaudit::backends {
namespace {

constexpr std::array<std::pair<Mode, std::string_view>, 3> kModes = {
    {{Mode::Batch, "batch"},
     {Mode::Blocking, "blocking"},
     {Mode::BlockingStrict, "blocking-strict"}}};
constexpr std::array<std::pair<LogFormat, std::string_view>, 2> kLogFormats = {
    {{LogFormat::Legacy, "legacy"}, {LogFormat::Json, "json"}}};
constexpr std::array<std::pair<LogSync, std::string_view>, 3> kLogSyncs = {
    {{LogSync::Never, "never"}, {LogSync::Interval, "interval"}, {LogSync::Always, "always"}}};
constexpr std::string_view kVersion = "audit.k8s.io/v1";

template <typename Value, std::size_t size>
std::optional<Value> value_in(const std::array<std::pair<Value, std::string_view>, size>& table,
                              std::string_view name) noexcept {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [name](const auto& entry) { return entry.second == name; });
  if (found == table.end()) return std::nullopt;
  return found->first;
}

template <typename Table>
std::string names_of(const Table& table) {
  std::string names;
  for (const auto& [value, name] : table) {
    if (!names.empty()) names += ',';
    names += name;
  }
  return names;
}

std::string not_positive(std::string_view subject, std::string_view value) {
  return "invalid audit " + std::string(subject) + " " + std::string(value) +
         ", must be a positive number";
}

/// The mode and, in batch mode, the batch's figures: the first error only.
std::optional<std::string> batch_error(const std::string& plugin, const std::string& mode,
                                       const BatchOptions& batch) {
  const auto parsed_mode = parse_mode(mode);
  if (!parsed_mode) {
    return "invalid audit " + plugin + " mode " + mode + ", allowed modes are \"" +
           names_of(kModes) + "\"";
  }
  if (*parsed_mode != Mode::Batch) return std::nullopt;
  const std::string subject = "batch " + plugin;
  if (batch.buffer_size <= 0) {
    return not_positive(subject + " buffer size", std::to_string(batch.buffer_size));
  }
  if (batch.max_size <= 0) {
    return not_positive(subject + " max batch size", std::to_string(batch.max_size));
  }
  if (!batch.throttle_enable) return std::nullopt;
  if (batch.throttle_qps <= 0) {
    return not_positive(subject + " throttle QPS", float_text(batch.throttle_qps));
  }
  if (batch.throttle_burst <= 0) {
    return not_positive(subject + " throttle burst", std::to_string(batch.throttle_burst));
  }
  return std::nullopt;
}

/// Looked at even when truncation is off, as in kube-apiserver: the first error only.
std::optional<std::string> truncate_error(const std::string& plugin,
                                          const TruncateOptions& truncate) {
  const std::string subject = "truncate " + plugin;
  if (truncate.max_event_bytes <= 0) {
    return not_positive(subject + " max event size", std::to_string(truncate.max_event_bytes));
  }
  if (truncate.max_batch_bytes < truncate.max_event_bytes) {
    return "invalid audit " + subject + " max batch size " +
           std::to_string(truncate.max_batch_bytes) + ", must be greater than max event size (" +
           std::to_string(truncate.max_event_bytes) + ")";
  }
  return std::nullopt;
}

std::optional<std::string> version_error(const std::string& version) {
  if (version == kVersion) return std::nullopt;
  if (std::count(version.begin(), version.end(), '/') > 1) {
    return "unexpected GroupVersion string: " + version;
  }
  return "invalid group version, allowed versions are [\"" + std::string(kVersion) + "\"]";
}

void check_not_negative(std::vector<Error>& errors, std::string_view flag, std::int64_t value) {
  if (value >= 0) return;
  errors.push_back(
      {std::string(flag) + " " + std::to_string(value) + " can't be a negative number"});
}

template <typename Options>
void check_backend(std::vector<Error>& errors, const std::string& plugin, const Options& options) {
  for (auto& error : {batch_error(plugin, options.mode, options.batch),
                      truncate_error(plugin, options.truncate), version_error(options.version)}) {
    if (error) errors.push_back({*error});
  }
  check_not_negative(errors, "--audit-" + plugin + "-batch-buffer-bytes",
                     options.batch.buffer_bytes);
}

}  // namespace

std::optional<Mode> parse_mode(std::string_view text) noexcept { return value_in(kModes, text); }
std::optional<LogFormat> parse_log_format(std::string_view text) noexcept {
  return value_in(kLogFormats, text);
}
std::optional<LogSync> parse_log_sync(std::string_view text) noexcept {
  return value_in(kLogSyncs, text);
}

std::vector<Error> AuditOptions::validate() const {
  std::vector<Error> errors;
  if (!log.path.empty()) {
    check_backend(errors, "log", log);
    if (!parse_log_format(log.format)) {
      errors.push_back({"invalid audit log format " + log.format + ", allowed formats are \"" +
                        names_of(kLogFormats) + "\""});
    }
    check_not_negative(errors, "--audit-log-maxage", log.max_age_days);
    check_not_negative(errors, "--audit-log-maxbackup", log.max_backups);
    check_not_negative(errors, "--audit-log-maxsize", log.max_size_mb);
    if (!parse_log_sync(log.sync)) {
      errors.push_back({"invalid audit log sync policy " + log.sync + ", allowed policies are \"" +
                        names_of(kLogSyncs) + "\""});
    }
  }
  if (!webhook.config_file.empty()) {
    check_backend(errors, "webhook", webhook);
    if (parse_mode(webhook.mode) == Mode::Batch && webhook.batch.max_in_flight <= 0) {
      errors.push_back({not_positive("batch webhook max in flight",
                                     std::to_string(webhook.batch.max_in_flight))});
    }
  }
  if (drain_timeout.count() < 0) {
    errors.push_back({"--audit-drain-timeout can not be negative value"});
  }
  return errors;
}

}  // namespace kaudit::backends
