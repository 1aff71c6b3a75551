#include "backends/pipeline.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "audit/union.hpp"
#include "backends/decorators/ignore_errors.hpp"
#include "backends/decorators/truncate.hpp"
#include "backends/queue/buffered.hpp"
#include "backends/webhook/webhook.hpp"

namespace kaudit::backends {
namespace {

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
// More would not fit into the types; nothing ever gets that large or old.
constexpr std::int64_t kLargestSizeMb = std::numeric_limits<std::int64_t>::max() / 2 / kMegabyte;
constexpr std::int64_t kLongestAgeDays = 1'000'000'000;
/// Events from which on handing batches between threads costs less than it gains.
constexpr std::int64_t kLargeBatch = 100;

Result<void> refuse_bad_options(const AuditOptions& options) {
  const std::vector<Error> errors = options.validate();
  if (errors.empty()) return {};
  std::string text;
  for (const Error& error : errors) text += (text.empty() ? "" : ", ") + error.message;
  return fail("audit options: " + text);
}

LogSettings log_settings(const LogOptions& log) {
  return {.path = log.path,
          .format = parse_log_format(log.format).value(),
          .rotation = {.max_bytes = std::min(log.max_size_mb, kLargestSizeMb) * kMegabyte,
                       .max_backups = log.max_backups,
                       .max_age = std::chrono::days(std::min(log.max_age_days, kLongestAgeDays)),
                       .compression = log.compress ? Compression::Gzip : Compression::None},
          .sync = parse_log_sync(log.sync).value()};
}

std::size_t size_of(std::int64_t positive) { return static_cast<std::size_t>(positive); }

BufferSettings buffer_settings(const BatchOptions& batch) {
  BufferSettings settings{.capacity = size_of(batch.buffer_size),
                          .capacity_bytes = size_of(batch.buffer_bytes),
                          .batches = {.max_size = size_of(batch.max_size),
                                      .max_wait = batch.max_wait,
                                      .throttle = std::nullopt},
                          .max_in_flight = size_of(batch.max_in_flight)};
  if (batch.throttle_enable) {
    settings.batches.throttle = {.per_second = batch.throttle_qps,
                                 .burst = static_cast<double>(batch.throttle_burst)};
  }
  return settings;
}

/// Puts a backend's decorators around it, from the inside out: truncate, then what its mode asks
/// for.
template <typename Options>
class Composer {
 public:
  /// `log`: the backend itself, if it is one.
  Composer(const Options& options, BatchForm form, audit::Counters& counters, Log* log = nullptr)
      : options_(options), form_(form), counters_(counters), log_(log) {}

  std::unique_ptr<audit::Backend> compose(std::unique_ptr<audit::Backend> backend, Output& output) {
    return in_mode(truncated(std::move(backend), output), output);
  }

 private:
  std::unique_ptr<audit::Backend> truncated(std::unique_ptr<audit::Backend> backend,
                                            Output& output) {
    if (!options_.truncate.enabled) return backend;
    const TruncateSettings settings{.max_event_bytes = size_of(options_.truncate.max_event_bytes),
                                    .max_batch_bytes = size_of(options_.truncate.max_batch_bytes),
                                    .form = form_};
    auto truncate = std::make_unique<Truncate>(std::move(backend), settings, counters_);
    output.truncate = &truncate->figures();
    return truncate;
  }

  std::unique_ptr<audit::Backend> in_mode(std::unique_ptr<audit::Backend> backend, Output& output) {
    switch (parse_mode(options_.mode).value()) {
      case Mode::Batch: {
        auto buffered = std::make_unique<Buffered>(std::move(backend), buffer(output), counters_);
        output.queue = &buffered->figures();
        return buffered;
      }
      case Mode::Blocking:
        return std::make_unique<IgnoreErrors>(std::move(backend));
      case Mode::BlockingStrict:
        break;
    }
    return backend;
  }

  /// Of a log's large batches one is encoded while the one before it is written.
  BufferSettings buffer(const Output& output) const {
    BufferSettings settings = buffer_settings(options_.batch);
    if (log_ != nullptr && output.truncate == nullptr && options_.batch.max_size >= kLargeBatch) {
      settings.max_in_flight = 2;
      settings.prepare = [log = log_](std::span<const audit::EventPtr> events) {
        return log->prepare(events);
      };
    }
    return settings;
  }

  const Options& options_;
  const BatchForm form_;
  audit::Counters& counters_;
  Log* const log_;
};

}  // namespace

Result<Pipeline> build_pipeline(const AuditOptions& options, audit::Counters& counters) {
  if (auto fine = refuse_bad_options(options); !fine) return tl::unexpected(fine.error());

  Pipeline pipeline;
  std::vector<std::unique_ptr<audit::Backend>> backends;
  if (!options.log.path.empty()) {
    auto log = Log::open(log_settings(options.log), counters);
    if (!log) return fail("ensureLogFile: " + log.error().message);
    if (options.policy_file.empty()) {
      spdlog::info("No audit policy file provided, no events will be recorded for log backend");
    } else {
      pipeline.log = log->get();
      Output& output =
          pipeline.outputs.emplace_back(Output{.name = "log", .log = &(*log)->figures()});
      backends.push_back(Composer(options.log, BatchForm::Lines, counters, pipeline.log)
                             .compose(*std::move(log), output));
    }
  }
  if (!options.webhook.config_file.empty()) {
    if (options.policy_file.empty()) {
      spdlog::info("No audit policy file provided, no events will be recorded for webhook backend");
    } else {
      pipeline.delivery = std::make_unique<DeliveryFigures>();
      auto webhook = Webhook::open(options.webhook, counters, pipeline.delivery.get());
      if (!webhook) return fail("initializing audit webhook: " + webhook.error().message);
      Output& output = pipeline.outputs.emplace_back(
          Output{.name = "webhook", .delivery = pipeline.delivery.get()});
      backends.push_back(Composer(options.webhook, BatchForm::List, counters)
                             .compose(*std::move(webhook), output));
    }
  }
  if (!backends.empty()) pipeline.backend = audit::unite(std::move(backends));
  return pipeline;
}

}  // namespace kaudit::backends
