#include "backends/webhook/webhook_options.hpp"

#include <utility>

#include "backends/option_checks.hpp"
#include "backends/webhook/webhook.hpp"

namespace kaudit::backends {

WebhookOptions::WebhookOptions(std::string name)
    : BackendOptions(std::move(name), {"events are posted", "delivered"}) {
  mode = "batch";
  batch = {.max_size = 400,
           .max_wait = std::chrono::seconds(30),
           .throttle_enable = true,
           .throttle_qps = 10,
           .throttle_burst = 15,
           .max_in_flight = 8};
}

void WebhookOptions::add_own_flags(FlagSet& flags) {
  flags.add(flag("config-file"), &config_file,
            "A kubeconfig `file` that says where and how events are posted. Empty: no webhook.");
  flags.add(flag("initial-backoff"), &initial_backoff,
            "How long to wait before the first of the retries of a failed post.");
  const std::string old_backoff = flag("batch-initial-backoff");
  flags.add(old_backoff, &initial_backoff, "The old name of the initial backoff.");
  flags.deprecate(old_backoff, "Deprecated, use --audit-webhook-initial-backoff instead.");
  flags.add(flag("batch-max-in-flight"), &batch.max_in_flight,
            "How many batches may be on their way at a time, retries included; when so many are, "
            "the queue fills up. Only used in batch mode.");
}

void WebhookOptions::check_own(std::vector<Error>& errors) const {
  if (parse_mode(mode) != Mode::Batch || batch.max_in_flight > 0) return;
  errors.push_back(
      {not_positive("batch webhook max in flight", std::to_string(batch.max_in_flight))});
}

Result<std::unique_ptr<audit::Backend>> WebhookOptions::open(const BackendContext& context) const {
  auto webhook = Webhook::open(*this, context.counters, context.trace);
  if (!webhook) return fail("initializing audit webhook: " + webhook.error().message);
  return *std::move(webhook);
}

}  // namespace kaudit::backends
