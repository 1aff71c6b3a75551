// The flags of auditing: names, defaults and types are kube-apiserver's (k8s.io/apiserver
// AuditOptions.AddFlags).
#include "backends/audit_options.hpp"

namespace kaudit::backends {
namespace {

using IntegerType = FlagSet::IntegerType;

void add_batch_flags(FlagSet& flags, const std::string& backend, BatchOptions& batch) {
  const std::string prefix = backend + "-batch-";
  const std::string only = " Only used in batch mode.";
  flags.add(
      prefix + "buffer-size", &batch.buffer_size,
      "How many events the queue before the backend holds; more are dropped and counted." + only,
      IntegerType::Int);
  flags.add(prefix + "buffer-bytes", &batch.buffer_bytes,
            "How many bytes the events may take that wait in the queue or are being delivered; "
            "events beyond are dropped and counted. 0: no bound but the number of events." +
                only);
  flags.add(prefix + "max-size", &batch.max_size, "How many events a batch may have." + only,
            IntegerType::Int);
  flags.add(prefix + "max-wait", &batch.max_wait,
            "How long a batch that is not full waits for more events." + only);
  flags.add(prefix + "throttle-burst", &batch.throttle_burst,
            "How many batches may go out at once after a pause." + only, IntegerType::Int);
  flags.add(prefix + "throttle-enable", &batch.throttle_enable,
            "Whether batches are throttled." + only);
  flags.add(prefix + "throttle-qps", &batch.throttle_qps,
            "How many batches go out in a second on average." + only);
}

void add_truncate_flags(FlagSet& flags, const std::string& backend, TruncateOptions& truncate) {
  const std::string prefix = backend + "-truncate-";
  flags.add(prefix + "enabled", &truncate.enabled,
            "Whether events and batches that are too large are cut down.");
  flags.add(prefix + "max-batch-size", &truncate.max_batch_bytes,
            "How many bytes a batch may have; a larger one is split.");
  flags.add(prefix + "max-event-size", &truncate.max_event_bytes,
            "How many bytes an event may have; a larger one loses its bodies, and is dropped if "
            "that is not enough.");
}

void add_log_flags(FlagSet& flags, LogOptions& log) {
  flags.add("audit-log-path", &log.path,
            "The `file` that events are appended to, one a line; - is standard output. Empty: no "
            "log.");
  flags.add("audit-log-format", &log.format,
            "What a line is: json (an audit.k8s.io Event) or legacy (one line of text).");
  flags.add("audit-log-mode", &log.mode,
            "How the log is written: batch (behind a queue), blocking (requests wait) or "
            "blocking-strict (and are refused when their first event cannot be written).");
  flags.add("audit-log-version", &log.version, "API group and version of the events.");
  flags.add("audit-log-maxage", &log.max_age_days,
            "How many days a rotated file is kept; 0 is for ever.", IntegerType::Int);
  flags.add("audit-log-maxbackup", &log.max_backups, "How many rotated files are kept; 0 is all.",
            IntegerType::Int);
  flags.add("audit-log-maxsize", &log.max_size_mb,
            "How many megabytes the file may have before it is rotated; 0 is never.",
            IntegerType::Int);
  flags.add("audit-log-compress", &log.compress, "Whether rotated files are compressed with gzip.");
  flags.add("audit-log-sync", &log.sync,
            "When events are forced to the disk: never (the system decides), interval (once a "
            "second) or always (before the request goes on).");
  add_batch_flags(flags, "audit-log", log.batch);
  add_truncate_flags(flags, "audit-log", log.truncate);
}

void add_webhook_flags(FlagSet& flags, WebhookOptions& webhook) {
  flags.add("audit-webhook-config-file", &webhook.config_file,
            "A kubeconfig `file` that says where and how events are posted. Empty: no webhook.");
  flags.add("audit-webhook-initial-backoff", &webhook.initial_backoff,
            "How long to wait before the first of the retries of a failed post.");
  constexpr const char* kOldBackoff = "audit-webhook-batch-initial-backoff";
  flags.add(kOldBackoff, &webhook.initial_backoff, "The old name of the initial backoff.");
  flags.deprecate(kOldBackoff, "Deprecated, use --audit-webhook-initial-backoff instead.");
  flags.add("audit-webhook-mode", &webhook.mode,
            "How events are posted: batch (behind a queue), blocking (requests wait) or "
            "blocking-strict (and are refused when their first event cannot be delivered).");
  flags.add("audit-webhook-version", &webhook.version, "API group and version of the events.");
  add_batch_flags(flags, "audit-webhook", webhook.batch);
  flags.add("audit-webhook-batch-max-in-flight", &webhook.batch.max_in_flight,
            "How many batches may be on their way at a time, retries included; when so many are, "
            "the queue fills up. Only used in batch mode.");
  add_truncate_flags(flags, "audit-webhook", webhook.truncate);
}

}  // namespace

void AuditOptions::add_flags(FlagSet& flags) {
  flags.group("Auditing");
  flags.add("audit-policy-file", &policy_file,
            "The `file` with the audit policy. Without one nothing is recorded.");
  flags.add("audit-drain-timeout", &drain_timeout,
            "How long a stopping server waits for its audit backends to deliver what they hold; "
            "what is left then is lost, counted and told.");
  add_log_flags(flags, log);
  add_webhook_flags(flags, webhook);
}

}  // namespace kaudit::backends
