#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/admission/admission_review.hpp"
#include "apiserver/admission/webhook_config.hpp"
#include "apiserver/api/admit/admission.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"

namespace kaudit::apiserver::admission {

/// How asking one webhook ended otherwise than well.
struct WebhookFailure {
  enum class Kind : std::uint8_t {
    Call,      ///< there is no answer, or none that is one: failurePolicy decides
    Rejected,  ///< it said no
    Other,     ///< it answered what cannot be carried out, or cannot be asked: always refused
  };
  Kind kind;
  audit::Status status;  ///< to answer
  bool cancelled = false;
};

/// Asks one webhook: the review, its answer, the warnings and annotations in it. Adds the time it
/// took to `took`. The answer is one that allows.
boost::asio::awaitable<tl::expected<AdmissionAnswer, WebhookFailure>> ask(
    const Webhook& hook, WebhookKind kind, const api::AdmissionRequest& request,
    const objects::Resource& asked, webhooks::WebhookCaller& caller, Latencies::Duration& took);

/// Counts how asking a webhook ended; `failure` is null when it said yes. `began`: when it was
/// begun to ask. (admission/metrics AdmissionMetrics)
void count_call(webhooks::WebhookMetrics& metrics, const Webhook& hook, WebhookKind kind,
                const api::AdmissionRequest& request, const WebhookFailure* failure,
                std::chrono::steady_clock::time_point began);

/// Records what admission has to say of a request; a key that is not one is left out, with a line
/// in the log. (pkg/admission Attributes.AddAnnotation)
void annotate_admission(const api::Call& call, const std::string& key, std::string_view value);

}  // namespace kaudit::apiserver::admission
