#include "apiserver/admission/webhook_call.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "apiserver/admission/admission_status.hpp"
#include "apiserver/admission/asked_version.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/request/label_syntax.hpp"
#include "base/logging.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::admission {
namespace {

using boost::asio::awaitable;
using Clock = std::chrono::steady_clock;
using Asked = tl::expected<AdmissionAnswer, WebhookFailure>;

// The handlers of a real server give up then, whatever a request's own deadline. (pkg/endpoints
// handlers requestTimeoutUpperBound)
constexpr std::chrono::seconds kUpperBound{34};

tl::unexpected<WebhookFailure> call_failed(const Webhook& hook, const std::string& why,
                                           bool cancelled = false) {
  return tl::unexpected(WebhookFailure{
      WebhookFailure::Kind::Call,
      api::internal_error("failed calling webhook " + go_quoted(hook.name) + ": " + why),
      cancelled});
}

// Where the webhook wants the request's own kind in another version, its objects are converted.
awaitable<api::Expected<ReviewedObjects>> shown_objects(const api::AdmissionRequest& request,
                                                        const objects::Resource& asked) {
  ReviewedObjects shown;
  if (request.object != nullptr) shown.object = *request.object;
  if (request.old_object != nullptr) shown.old_object = *request.old_object;
  if (!is_converted(request, asked)) co_return shown;
  for (objects::Json* object : {&shown.object, &shown.old_object}) {
    if (object->is_null()) continue;
    auto converted = co_await in_served_version(request.call, std::move(*object), asked);
    if (!converted) co_return tl::unexpected(converted.error());
    *object = *std::move(converted);
  }
  co_return shown;
}

// Where the call failed, in the words of the dispatcher of webhooks.
std::string step_of(const webhooks::CallFailure& failure) {
  return failure.step == webhooks::CallFailure::Step::Client ? "could not get REST client: "
                                                             : "failed to call webhook: ";
}

Clock::time_point deadline_of(const Webhook& hook, const api::AdmissionRequest& request) {
  const RequestScope& scope = request.call.scope;
  return std::min({Clock::now() + hook.timeout, scope.started + kUpperBound, scope.deadline});
}

}  // namespace

void annotate_admission(const api::Call& call, const std::string& key, std::string_view value) {
  const bool one_slash = std::count(key.begin(), key.end(), '/') == 1;
  if (!one_slash || !request::check_label_key(key)) {
    log_warning(
        "An admission webhook's audit annotation is left out, because its key {} is not "
        "a name behind a DNS name and a slash",
        go_quoted(key));
    return;
  }
  if (call.scope.audit != nullptr) call.scope.audit->annotate(key, value);
}

void count_call(webhooks::WebhookMetrics& metrics, const Webhook& hook, WebhookKind kind,
                const api::AdmissionRequest& request, const WebhookFailure* failure,
                Clock::time_point began) {
  using webhooks::WebhookMetrics;
  WebhookMetrics::AdmissionCall call;
  call.webhook = hook.name;
  call.step = kind == WebhookKind::Mutating ? WebhookMetrics::Step::Admit
                                            : WebhookMetrics::Step::Validating;
  call.operation = api::text(request.operation);
  call.took = Clock::now() - began;
  if (failure != nullptr) {
    call.code = failure->status.code;
    switch (failure->kind) {
      case WebhookFailure::Kind::Call:
        if (hook.failure_policy == FailurePolicy::Fail) {
          call.rejection = WebhookMetrics::Rejection::ByError;
        } else if (!failure->cancelled) {
          metrics.failed_open(hook.name, call.step);
        }
        call.counts_as_rejection = !failure->cancelled;
        break;
      case WebhookFailure::Kind::Rejected:
        call.rejection = WebhookMetrics::Rejection::ByAnswer;
        break;
      case WebhookFailure::Kind::Other:
        call.rejection = WebhookMetrics::Rejection::Internal;
        call.code = 0;
        break;
    }
  }
  metrics.admission_called(call);
}

awaitable<Asked> ask(const Webhook& hook, WebhookKind kind, const api::AdmissionRequest& request,
                     const objects::Resource& asked, webhooks::WebhookCaller& caller,
                     Latencies::Duration& took) {
  if (request.dry_run == api::DryRun::All && hook.has_side_effects) {
    co_return tl::unexpected(WebhookFailure{
        WebhookFailure::Kind::Other, api::bad_request("admission webhook " + go_quoted(hook.name) +
                                                      " does not support dry run")});
  }
  const auto version = webhooks::first_known_version(hook.review_versions);
  if (!version) {
    co_return call_failed(hook,
                          "could not create admission objects: webhook does not accept known "
                          "AdmissionReview versions (v1, v1beta1)");
  }
  auto objects = co_await shown_objects(request, asked);
  if (!objects) {
    co_return tl::unexpected(
        WebhookFailure{WebhookFailure::Kind::Other, api::internal_error(objects.error().message)});
  }
  const std::string uid = api::new_uid();
  RequestScope& scope = request.call.scope;
  const auto began = Clock::now();
  std::string review = admission_review(*version, uid, request, asked, *std::move(objects));
  const auto body = co_await caller.post(hook.target, std::move(review), deadline_of(hook, request),
                                         scope.cancellation);
  took = std::max(took, Latencies::Duration::zero()) + (Clock::now() - began);
  if (!body) {
    co_return call_failed(hook, step_of(body.error()) + body.error().text, body.error().cancelled);
  }
  auto answer = read_admission_answer(*body, *version, uid, kind);
  if (!answer) co_return call_failed(hook, answer.error().message);
  for (const auto& [key, value] : answer->audit_annotations) {
    annotate_admission(request.call, hook.name + "/" + key, value);
  }
  api::add_warnings(scope.headers, answer->warnings);
  if (!answer->allowed) {
    co_return tl::unexpected(WebhookFailure{WebhookFailure::Kind::Rejected,
                                            denied_by(hook.name, std::move(answer->result))});
  }
  co_return std::move(*answer);
}

}  // namespace kaudit::apiserver::admission
