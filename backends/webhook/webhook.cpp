#include "backends/webhook/webhook.hpp"

#include <optional>
#include <random>
#include <utility>

#include "audit/encoder.hpp"
#include "backends/webhook/delivery_log.hpp"
#include "backends/webhook/kubeconfig/kubeconfig.hpp"
#include "backends/webhook/response_verdict.hpp"
#include "backends/webhook/retry_policy.hpp"
#include "base/client/http_client.hpp"
#include "base/logging.hpp"

namespace kaudit::backends {

using client::Failure;
using client::HttpClient;

namespace {

constexpr const char* kWebhookPlugin = "webhook";

double random_fraction() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

std::optional<std::chrono::seconds> asked_to_wait(const client::Outcome<client::Response>& answer) {
  return answer ? webhook::retry_after(*answer) : std::nullopt;
}

std::optional<Failure> failure_of(const client::Outcome<client::Response>& answer) {
  if (!answer) return answer.error();
  if (auto text = webhook::refusal(*answer)) {
    return Failure{LossReason::Refused, *std::move(text), answer->status};
  }
  return std::nullopt;
}

Failure given_up(std::string text) {
  return {LossReason::Shutdown, std::move(text) + " (given up: the server is shutting down)"};
}

}  // namespace

Webhook::Webhook(const WebhookOptions& options, audit::Counters& counters,
                 audit::DeliveryTrace trace, std::unique_ptr<HttpClient> client)
    : initial_backoff_(options.initial_backoff),
      errors_(kWebhookPlugin, counters, &SteadyTime::clock::now),
      trace_(std::move(trace)),
      give_up_(std::make_unique<client::GiveUpSignal>()),
      client_(std::move(client)),
      log_(std::make_unique<webhook::DeliveryLog>(client_->url(), &SteadyTime::clock::now)) {
  log_->started(options);
}

Webhook::~Webhook() = default;

Result<std::unique_ptr<Webhook>> Webhook::open(const WebhookOptions& options,
                                               audit::Counters& counters,
                                               audit::DeliveryTrace trace) {
  auto config = webhook::load_kubeconfig(options.config_file);
  if (!config) {
    const auto& [message, field, position, advice] = config.error();
    if (position.line > 0) {
      log_error("{}:{}:{}: the audit webhook's kubeconfig is refused here{}{}", options.config_file,
                position.line, position.column, field.empty() ? "" : ": ", field);
    }
    for (const auto& line : advice) log_error("{}: {}", options.config_file, line);
    return fail(message);
  }
  for (const auto& warning : config->warnings) {
    log_warning("{}: {}", options.config_file, warning);
  }
  auto client = HttpClient::make(*std::move(config));
  if (!client) return tl::unexpected(client.error());
  return std::unique_ptr<Webhook>(
      new Webhook(options, counters, std::move(trace), *std::move(client)));
}

bool Webhook::process(std::span<const audit::EventPtr> events) {
  if (events.empty()) return true;
  if (!enter()) {
    lose({events}, {LossReason::Shutdown, "audit backend shut down"});
    return false;
  }
  const bool delivered = deliver(events);
  leave();
  return delivered;
}

bool Webhook::enter() {
  const Lock lock(mutex_);
  if (shut_down_) return false;
  ++under_way_;
  return true;
}

void Webhook::leave() {
  const Lock lock(mutex_);
  if (--under_way_ == 0) idle_.notify_all();
}

bool Webhook::deliver(std::span<const audit::EventPtr> events) {
  const auto began = SteadyTime::clock::now();
  Posting list{events};
  audit::append_event_list(list.body, events);
  if (auto posted = post(list); !posted) {
    lose(list, posted.error());
    return false;
  }
  errors_.succeeded();
  log_->delivered();
  figures_.delivered(events.size(), list.body.size(), SteadyTime::clock::now() - began);
  trace_.note(audit::DeliveryStep::Acknowledged, events, list.attempt);
  return true;
}

void Webhook::lose(const Posting& list, const Failure& failure) {
  errors_.failed(list.events, failure.text);
  log_->lost(list.events.size(), failure);
  figures_.lost(list.events.size(), failure.reason);
  trace_.lost(list.events, text(failure.reason), list.attempt);
}

void Webhook::report(audit::Report& to) const {
  to.backend = kWebhookPlugin;
  figures_.report(to);
}

tl::expected<void, Failure> Webhook::post(Posting& list) {
  webhook::RetryPolicy policy(initial_backoff_, &random_fraction);
  SteadyTime attempt_began{};
  for (;;) {
    const auto now = SteadyTime::clock::now();
    if (policy.begins_attempt()) attempt_began = now;
    if (give_up_->is_raised()) return tl::unexpected(given_up("not sent"));
    const auto answer =
        client_->post(list.body, {attempt_began + webhook::kRequestTimeout, *give_up_});
    auto failure = failure_of(answer);
    if (!failure) return {};
    const auto failed_at = SteadyTime::clock::now();
    const int attempt = policy.attempt();
    const auto wait = policy.failed(asked_to_wait(answer), failed_at - attempt_began);
    const bool is_over = failure->reason == LossReason::Shutdown;
    if (!is_over) log_->failed(*failure, {attempt, wait});
    if (!wait || is_over) {
      return tl::unexpected(*std::move(failure));
    }
    give_up_->wait_until(failed_at + *wait);
    if (give_up_->is_raised()) return tl::unexpected(given_up(std::move(failure->text)));
    figures_.retried();
    trace_.note(audit::DeliveryStep::Retried, list.events, ++list.attempt);
  }
}

void Webhook::shutdown() {
  {
    Lock lock(mutex_);
    shut_down_ = true;
    idle_.wait(lock, [this]() KAUDIT_REQUIRES(mutex_) { return under_way_ == 0; });
  }
  errors_.flush();
}

void Webhook::give_up() noexcept { give_up_->raise(); }

}  // namespace kaudit::backends
