#include "backends/pipeline.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "audit/union.hpp"
#include "backends/ignore_errors.hpp"
#include "backends/not_yet.hpp"
#include "backends/webhook/webhook.hpp"

namespace kaudit::backends {
namespace {

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
// More would not fit into the types; nothing ever gets that large or old.
constexpr std::int64_t kLargestSizeMb = std::numeric_limits<std::int64_t>::max() / 2 / kMegabyte;
constexpr std::int64_t kLongestAgeDays = 1'000'000'000;

Result<void> refuse_bad_options(const AuditOptions& options) {
  std::vector<Error> errors = options.validate();
  if (errors.empty()) errors = not_yet(options, nullptr);
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

std::unique_ptr<audit::Backend> in_mode(Mode mode, std::unique_ptr<audit::Backend> backend) {
  switch (mode) {
    case Mode::Batch:
      break;  // not_yet() has refused it
    case Mode::Blocking:
      return std::make_unique<IgnoreErrors>(std::move(backend));
    case Mode::BlockingStrict:
      return backend;
  }
  throw std::logic_error("audit mode that is not part of this version");
}

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
      backends.push_back(in_mode(parse_mode(options.log.mode).value(), *std::move(log)));
    }
  }
  if (!options.webhook.config_file.empty()) {
    if (options.policy_file.empty()) {
      spdlog::info("No audit policy file provided, no events will be recorded for webhook backend");
    } else {
      auto webhook = Webhook::open(options.webhook, counters);
      if (!webhook) return fail("initializing audit webhook: " + webhook.error().message);
      backends.push_back(in_mode(parse_mode(options.webhook.mode).value(), *std::move(webhook)));
    }
  }
  if (!backends.empty()) pipeline.backend = audit::unite(std::move(backends));
  return pipeline;
}

}  // namespace kaudit::backends
