// (apiserver pkg/admission/plugin/webhook/validating dispatcher.go)
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/admission/webhook_admission.hpp"
#include "apiserver/admission/webhook_call.hpp"
#include "apiserver/admission/webhook_match.hpp"
#include "apiserver/api/status_errors.hpp"
#include "base/logging.hpp"

namespace kaudit::apiserver::admission {

namespace asio = boost::asio;

namespace {

using asio::awaitable;

constexpr std::string_view kValidatingFailedOpen =
    "failed-open.validating.webhook.admission.k8s.io/round_0_index_";

/// A webhook that is to be asked, and how it ended.
struct Question {
  const Webhook* hook = nullptr;
  const objects::Resource* asked = nullptr;
  Latencies::Duration took{-1};
  std::optional<WebhookFailure> failure = std::nullopt;
};

/// Those under way. Lives on one thread, as the request does.
struct Asking {
  explicit Asking(const asio::any_io_executor& executor, std::size_t count)
      : left(count), over(executor, asio::steady_timer::time_point::max()) {}

  std::size_t left;
  asio::steady_timer over;  ///< is cancelled when none is left
  std::exception_ptr thrown;
};

struct OneIsOver {
  Asking* asking;
  void operator()(const std::exception_ptr& error) const {
    if (error) asking->thrown = error;
    if (--asking->left == 0) asking->over.cancel();
  }
};

awaitable<void> ask_one(Question& question, const api::AdmissionRequest& request,
                        webhooks::WebhookCaller& caller) {
  const auto began = std::chrono::steady_clock::now();
  auto answer = co_await ask(*question.hook, WebhookKind::Validating, request, *question.asked,
                             caller, question.took);
  if (!answer) question.failure = std::move(answer.error());
  count_call(caller.metrics(), *question.hook, WebhookKind::Validating, request,
             question.failure ? &*question.failure : nullptr, began);
}

awaitable<void> ask_all(std::vector<Question>& questions, const api::AdmissionRequest& request,
                        webhooks::WebhookCaller& caller) {
  if (questions.size() == 1) {
    co_await ask_one(questions.front(), request, caller);
    co_return;
  }
  const auto executor = co_await asio::this_coro::executor;
  Asking asking(executor, questions.size());
  for (Question& question : questions) {
    asio::co_spawn(executor, ask_one(question, request, caller), OneIsOver{&asking});
  }
  while (asking.left > 0) {
    co_await asking.over.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (asking.thrown) std::rethrow_exception(asking.thrown);
}

}  // namespace

awaitable<api::Expected<void>> validate_by_webhooks(const api::AdmissionRequest& request,
                                                    const Webhooks& hooks,
                                                    webhooks::WebhookCaller& caller) {
  std::vector<Question> questions;
  for (const Webhook& hook : hooks) {
    const auto asked = co_await find_invocation(hook, request);
    if (!asked) co_return tl::unexpected(asked.error());
    if (*asked == nullptr) continue;
    Question& question = questions.emplace_back();
    question.hook = &hook;
    question.asked = *asked;
  }
  if (questions.empty()) co_return api::Expected<void>();
  Cancellation& cancellation = request.call.scope.cancellation;
  if (cancellation.cancelled()) co_return tl::unexpected(api::timeout(cancellation.reason()));
  co_await ask_all(questions, request, caller);
  Latencies::Duration& slowest = request.call.scope.latencies.validating_webhook;
  std::optional<audit::Status> refusal;
  for (std::size_t index = 0; index < questions.size(); ++index) {
    const Question& question = questions[index];
    slowest = std::max(slowest, question.took);
    if (!question.failure) continue;
    const bool open = question.failure->kind == WebhookFailure::Kind::Call &&
                      question.hook->failure_policy == FailurePolicy::Ignore;
    if (!open) {
      if (!refusal) refusal = question.failure->status;
      continue;
    }
    log_warning("Failed calling webhook, failing open {}: {}", question.hook->name,
                question.failure->status.message);
    if (question.failure->cancelled) continue;
    annotate_admission(request.call, std::string(kValidatingFailedOpen) + std::to_string(index),
                       question.hook->name);
  }
  if (refusal) co_return tl::unexpected(*std::move(refusal));
  co_return api::Expected<void>();
}

}  // namespace kaudit::apiserver::admission
