#include "apiserver/admission/webhook_call.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "apiserver/admission/admission_status.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/request/label_syntax.hpp"
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
      internal_error("failed calling webhook " + go_quoted(hook.name) + ": " + why), cancelled});
}

Clock::time_point deadline_of(const Webhook& hook, const api::AdmissionRequest& request) {
  const RequestScope& scope = request.call.scope;
  return std::min({Clock::now() + hook.timeout, scope.started + kUpperBound, scope.deadline});
}

}  // namespace

void annotate_admission(const api::Call& call, const std::string& key, std::string_view value) {
  const bool one_slash = std::count(key.begin(), key.end(), '/') == 1;
  if (!one_slash || !request::check_label_key(key)) {
    spdlog::warn(
        "An admission webhook's audit annotation is left out, because its key {} is not "
        "a name behind a DNS name and a slash",
        go_quoted(key));
    return;
  }
  if (call.scope.audit != nullptr) call.scope.audit->annotate(key, value);
}

awaitable<Asked> ask(const Webhook& hook, WebhookKind kind, const api::AdmissionRequest& request,
                     const objects::Resource& asked, webhooks::WebhookCaller& caller,
                     Latencies::Duration& took) {
  if (request.dry_run == api::DryRun::All && hook.has_side_effects) {
    co_return tl::unexpected(WebhookFailure{
        WebhookFailure::Kind::Other, api::bad_request("admission webhook " + go_quoted(hook.name) +
                                                      " does not support dry run")});
  }
  const auto version = review_version_of(hook);
  if (!version) {
    co_return call_failed(hook,
                          "could not create admission objects: webhook does not accept known "
                          "AdmissionReview versions (v1, v1beta1)");
  }
  const std::string uid = api::new_uid();
  RequestScope& scope = request.call.scope;
  const auto began = Clock::now();
  const auto body =
      co_await caller.post(hook.target, admission_review(*version, uid, request, asked),
                           deadline_of(hook, request), scope.cancellation);
  took = std::max(took, Latencies::Duration::zero()) + (Clock::now() - began);
  if (!body) co_return call_failed(hook, body.error().text, body.error().cancelled);
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
