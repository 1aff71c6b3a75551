#include "backends/pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "audit/union.hpp"
#include "backends/decorators/ignore_errors.hpp"
#include "backends/decorators/truncate.hpp"
#include "backends/queue/buffered.hpp"
#include "base/logging.hpp"

namespace kaudit::backends {
namespace {

/// Events from which handing batches between threads costs less than it gains.
constexpr std::int64_t kLargeBatch = 100;
/// Of events that a log is given in one call, as they lie in memory.
constexpr std::size_t kTogetherBytes = std::size_t{1024} * 1024;
/// Between two writes of a log whose batches are small: a busy one is spared wake-ups, and its
/// writes are large.
constexpr auto kRest = std::chrono::milliseconds(3);

Result<void> refuse_bad_options(const AuditOptions& options) {
  const std::vector<Error> errors = options.validate();
  if (errors.empty()) return {};
  std::string text;
  for (const Error& error : errors) text += (text.empty() ? "" : ", ") + error.message;
  return fail("audit options: " + text);
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

std::unique_ptr<audit::Backend> truncated(std::unique_ptr<audit::Backend> backend,
                                          const BackendOptions& options,
                                          const BackendContext& context) {
  if (!options.truncate.enabled) return backend;
  return std::make_unique<Truncate>(
      std::move(backend),
      TruncateSettings{.max_event_bytes = size_of(options.truncate.max_event_bytes),
                       .max_batch_bytes = size_of(options.truncate.max_batch_bytes),
                       .form = options.form(),
                       .trace = context.trace},
      context.counters);
}

std::unique_ptr<audit::Backend> buffered(std::unique_ptr<audit::Backend> backend,
                                         const BackendOptions& options,
                                         const BackendContext& context) {
  BufferSettings settings = buffer_settings(options.batch);
  settings.trace = context.trace;
  // A log writes all that waits at once.
  if (backend->by_line() != nullptr) settings.together_bytes = kTogetherBytes;
  if (options.batch.max_size < kLargeBatch) settings.batches.rest = kRest;
  return std::make_unique<Buffered>(std::move(backend), settings, context.counters);
}

/// Puts a backend's decorators around it, from the inside out: truncate, then what its mode asks
/// for.
std::unique_ptr<audit::Backend> decorated(std::unique_ptr<audit::Backend> backend,
                                          const BackendOptions& options,
                                          const BackendContext& context) {
  backend = truncated(std::move(backend), options, context);
  switch (parse_mode(options.mode).value()) {
    case Mode::Batch:
      return buffered(std::move(backend), options, context);
    case Mode::Blocking:
      return std::make_unique<IgnoreErrors>(std::move(backend));
    case Mode::BlockingStrict:
      break;
  }
  return backend;
}

Result<void> pass_over(const BackendOptions& options) {
  if (auto fine = options.check_without_policy(); !fine) return fine;
  log_info("No audit policy file provided, no events will be recorded for {} backend",
           options.name());
  return {};
}

}  // namespace

Result<std::unique_ptr<audit::Backend>> build_pipeline(const AuditOptions& options,
                                                       audit::Counters& counters,
                                                       audit::DeliveryObserver* observer) {
  if (auto fine = refuse_bad_options(options); !fine) return tl::unexpected(fine.error());

  std::vector<std::unique_ptr<audit::Backend>> backends;
  for (const auto& backend : options.backends) {
    if (!backend->is_on()) continue;
    if (options.policy_file.empty()) {
      if (auto fine = pass_over(*backend); !fine) return tl::unexpected(fine.error());
      continue;
    }
    const BackendContext context{.counters = counters, .trace = {observer, backend->name()}};
    auto opened = backend->open(context);
    if (!opened) return tl::unexpected(opened.error());
    backends.push_back(decorated(*std::move(opened), *backend, context));
  }
  if (backends.empty()) return nullptr;
  return audit::unite(std::move(backends));
}

}  // namespace kaudit::backends
