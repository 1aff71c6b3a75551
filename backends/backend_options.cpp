// The flags that every backend has: names, defaults and types are kube-apiserver's
// (k8s.io/apiserver AuditOptions.AddFlags), and so are the texts of errors.
#include "backends/backend_options.hpp"

#include <algorithm>
#include <utility>

#include "backends/option_checks.hpp"
#include "base/flags/flag_values.hpp"

namespace kaudit::backends {
namespace {

using IntegerType = FlagSet::IntegerType;

constexpr NamedValues<Mode, 3> kModes = {{{Mode::Batch, "batch"},
                                          {Mode::Blocking, "blocking"},
                                          {Mode::BlockingStrict, "blocking-strict"}}};
constexpr std::string_view kVersion = "audit.k8s.io/v1";

}  // namespace

std::optional<Mode> parse_mode(std::string_view text) noexcept { return value_in(kModes, text); }

std::string BackendOptions::flag(std::string_view suffix) const {
  return "audit-" + name_ + "-" + std::string(suffix);
}

void BackendOptions::add_flags(FlagSet& flags) {
  flags.add(flag("mode"), &mode,
            "How " + std::string(words_.it_works) +
                ": batch (behind a queue), blocking (requests wait) or blocking-strict (and are "
                "refused when their first event cannot be " +
                std::string(words_.it_is_done) + ").");
  flags.offer(flag("mode"), choices_of(kModes));
  flags.add(flag("version"), &version, "API group and version of the events.");
  add_batch_flags(flags);
  add_truncate_flags(flags);
  add_own_flags(flags);
}

void BackendOptions::add_batch_flags(FlagSet& flags) {
  const std::string only = " Only used in batch mode.";
  flags.add(
      flag("batch-buffer-size"), &batch.buffer_size,
      "How many events the queue before the backend holds; more are dropped and counted." + only,
      IntegerType::Int);
  flags.add(flag("batch-buffer-bytes"), &batch.buffer_bytes,
            "How many bytes the events may take that wait in the queue or are being delivered; "
            "events beyond are dropped and counted. 0: no bound but the number of events." +
                only);
  flags.add(flag("batch-max-size"), &batch.max_size, "How many events a batch may have." + only,
            IntegerType::Int);
  flags.add(flag("batch-max-wait"), &batch.max_wait,
            "How long a batch that is not full waits for more events." + only);
  flags.add(flag("batch-throttle-burst"), &batch.throttle_burst,
            "How many batches may go out at once after a pause." + only, IntegerType::Int);
  flags.add(flag("batch-throttle-enable"), &batch.throttle_enable,
            "Whether batches are throttled." + only);
  flags.add(flag("batch-throttle-qps"), &batch.throttle_qps,
            "How many batches go out in a second on average." + only);
}

void BackendOptions::add_truncate_flags(FlagSet& flags) {
  flags.add(flag("truncate-enabled"), &truncate.enabled,
            "Whether events and batches that are too large are cut down.");
  flags.add(flag("truncate-max-batch-size"), &truncate.max_batch_bytes,
            "How many bytes a batch may have; a larger one is split.");
  flags.add(flag("truncate-max-event-size"), &truncate.max_event_bytes,
            "How many bytes an event may have; a larger one loses its bodies, and is dropped if "
            "that is not enough.");
}

void BackendOptions::validate(std::vector<Error>& errors) const {
  for (auto& error : {batch_error(), truncate_error(), version_error()}) {
    if (error) errors.push_back({*error});
  }
  check_not_negative(errors, "--" + flag("batch-buffer-bytes"), batch.buffer_bytes);
  check_own(errors);
}

/// The mode and, in batch mode, the batch's figures: the first error only.
std::optional<std::string> BackendOptions::batch_error() const {
  const auto parsed_mode = parse_mode(mode);
  if (!parsed_mode) {
    return "invalid audit " + name_ + " mode " + mode + ", allowed modes are \"" +
           names_of(kModes) + "\"";
  }
  if (*parsed_mode != Mode::Batch) return std::nullopt;
  const std::string subject = "batch " + name_;
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
std::optional<std::string> BackendOptions::truncate_error() const {
  const std::string subject = "truncate " + name_;
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

std::optional<std::string> BackendOptions::version_error() const {
  if (version == kVersion) return std::nullopt;
  if (std::count(version.begin(), version.end(), '/') > 1) {
    return "unexpected GroupVersion string: " + version;
  }
  return "invalid group version, allowed versions are [\"" + std::string(kVersion) + "\"]";
}

}  // namespace kaudit::backends
