#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// How a backend is called (`--audit-{log,webhook}-mode`).
enum class Mode : std::uint8_t {
  Batch,           ///< queued; a failure is counted, the request never waits
  Blocking,        ///< the request waits; a failure is counted and otherwise ignored
  BlockingStrict,  ///< the request waits; a failure at RequestReceived refuses it
};
std::optional<Mode> parse_mode(std::string_view text) noexcept;

/// What a line of the log is (`--audit-log-format`).
enum class LogFormat : std::uint8_t { Legacy, Json };
std::optional<LogFormat> parse_log_format(std::string_view text) noexcept;

/// When lines of the log are on the disk (`--audit-log-sync`, which kube-apiserver does not have).
enum class LogSync : std::uint8_t {
  Never,     ///< when the system sees fit: they outlive the process, not the machine
  Interval,  ///< within about a second
  Always,    ///< before a request goes on
};
std::optional<LogSync> parse_log_sync(std::string_view text) noexcept;

/// `--audit-{log,webhook}-batch-*`; looked at in Mode::Batch only.
struct BatchOptions {
  std::int64_t buffer_size = 10'000;  ///< events
  std::int64_t max_size = 1;          ///< events
  std::chrono::nanoseconds max_wait{0};
  bool throttle_enable = false;
  float throttle_qps = 0;  ///< batches per second
  std::int64_t throttle_burst = 0;
  // kube-apiserver does not have these (section 8.2, 8.3).
  std::int64_t buffer_bytes = 0;   ///< of events that wait or are being delivered; 0: no bound
  std::int64_t max_in_flight = 1;  ///< batches being delivered; of the webhook
};

/// `--audit-{log,webhook}-truncate-*`
struct TruncateOptions {
  bool enabled = false;
  std::int64_t max_batch_bytes = 10 * 1024 * 1024;
  std::int64_t max_event_bytes = 100 * 1024;
};

/// `--audit-log-*`. The backend is off while `path` is empty.
struct LogOptions {
  std::string path;  ///< `-` is standard output
  std::string format = "json";
  std::string mode = "blocking";
  std::string version = "audit.k8s.io/v1";
  std::int64_t max_age_days = 366;
  std::int64_t max_backups = 100;
  std::int64_t max_size_mb = 100;
  bool compress = false;
  std::string sync = "never";
  BatchOptions batch;
  TruncateOptions truncate;
};

/// `--audit-webhook-*`. The backend is off while `config_file` is empty.
struct WebhookOptions {
  std::string config_file;
  std::string mode = "batch";
  std::string version = "audit.k8s.io/v1";
  std::chrono::nanoseconds initial_backoff = std::chrono::seconds(10);
  BatchOptions batch{.max_size = 400,
                     .max_wait = std::chrono::seconds(30),
                     .throttle_enable = true,
                     .throttle_qps = 10,
                     .throttle_burst = 15,
                     .max_in_flight = 8};
  TruncateOptions truncate;
};

/// All of auditing that flags say, with kube-apiserver's defaults. (k8s.io/apiserver AuditOptions)
struct AuditOptions {
  std::string policy_file;  ///< empty: nothing is recorded
  LogOptions log;
  WebhookOptions webhook;
  /// `--audit-drain-timeout`, which kube-apiserver does not have: how long a stopping server waits
  /// for its backends to deliver what they hold.
  std::chrono::nanoseconds drain_timeout = std::chrono::seconds(60);

  /// Adds the group "Auditing". The options must outlive the flags.
  void add_flags(FlagSet& flags);
  /// Every error of the backends that are on, with kube-apiserver's texts in its order; the batch
  /// options and the truncate options give their first error each.
  std::vector<Error> validate() const;
};

}  // namespace kaudit::backends
