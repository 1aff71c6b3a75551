#include "apiserver/webhooks/webhook_metrics.hpp"

#include <algorithm>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace kaudit::apiserver::webhooks {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

const Histogram::BucketBoundaries kAdmissionBuckets{0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10, 25};
const Histogram::BucketBoundaries kConversionBuckets{0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1,
                                                     2,     5,    10,   20,   30,  45,  60};

std::string text(WebhookMetrics::Step step) {
  return step == WebhookMetrics::Step::Admit ? "admit" : "validating";
}

std::string text(WebhookMetrics::Rejection rejection) {
  switch (rejection) {
    case WebhookMetrics::Rejection::ByError:
      return "calling_webhook_error";
    case WebhookMetrics::Rejection::Internal:
      return "apiserver_internal_error";
    case WebhookMetrics::Rejection::None:
    case WebhookMetrics::Rejection::ByAnswer:
      break;
  }
  return "no_error";
}

std::string failure_text(WebhookMetrics::Conversion result) {
  switch (result) {
    case WebhookMetrics::Conversion::Done:
      break;
    case WebhookMetrics::Conversion::CallFailed:
      return "conversion_webhook_call_failure";
    case WebhookMetrics::Conversion::Malformed:
      return "conversion_webhook_malformed_response_failure";
    case WebhookMetrics::Conversion::Partial:
      return "conversion_webhook_partial_response_failure";
    case WebhookMetrics::Conversion::InvalidObject:
      return "conversion_webhook_invalid_converted_object_failure";
  }
  return "";
}

double seconds(WebhookMetrics::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

struct WebhookMetrics::Families {
  prometheus::Registry registry;
  Family<Histogram>& admission_duration =
      prometheus::BuildHistogram()
          .Name("apiserver_admission_webhook_admission_duration_seconds")
          .Help("How long admission webhooks took, by name, type, operation and outcome.")
          .Register(registry);
  Family<Counter>& admission_requests =
      prometheus::BuildCounter()
          .Name("apiserver_admission_webhook_request_total")
          .Help("Calls of admission webhooks, by name, type, operation, code and outcome.")
          .Register(registry);
  Family<Counter>& admission_rejections =
      prometheus::BuildCounter()
          .Name("apiserver_admission_webhook_rejection_count")
          .Help("Requests that admission webhooks refused, or were refused for want of an answer.")
          .Register(registry);
  Family<Counter>& admission_open =
      prometheus::BuildCounter()
          .Name("apiserver_admission_webhook_fail_open_count")
          .Help("Requests that went on although an admission webhook had no answer.")
          .Register(registry);
  Family<Counter>& conversion_requests =
      prometheus::BuildCounter()
          .Name("apiserver_conversion_webhook_request_total")
          .Help("Calls of conversion webhooks, by result and kind of failure.")
          .Register(registry);
  Family<Histogram>& conversion_duration =
      prometheus::BuildHistogram()
          .Name("apiserver_conversion_webhook_duration_seconds")
          .Help("How long conversion webhooks took, by result and kind of failure.")
          .Register(registry);
};

WebhookMetrics::WebhookMetrics() : families_(std::make_unique<Families>()) {}
WebhookMetrics::~WebhookMetrics() = default;

void WebhookMetrics::admission_called(const AdmissionCall& call) {
  constexpr int kMostCode = 600;  // so that a webhook cannot make ever more series
  const std::string type = text(call.step);
  const std::string code = std::to_string(std::min(call.code, kMostCode));
  const std::string rejected = call.rejection == Rejection::None ? "false" : "true";
  families_->admission_duration
      .Add({{"name", call.webhook},
            {"operation", call.operation},
            {"rejected", rejected},
            {"type", type}},
           kAdmissionBuckets)
      .Observe(seconds(call.took));
  families_->admission_requests
      .Add({{"code", code},
            {"name", call.webhook},
            {"operation", call.operation},
            {"rejected", rejected},
            {"type", type}})
      .Increment();
  if (call.rejection == Rejection::None || !call.counts_as_rejection) return;
  families_->admission_rejections
      .Add({{"error_type", text(call.rejection)},
            {"name", call.webhook},
            {"operation", call.operation},
            {"rejection_code", code},
            {"type", type}})
      .Increment();
}

void WebhookMetrics::failed_open(const std::string& webhook, Step step) {
  families_->admission_open.Add({{"name", webhook}, {"type", text(step)}}).Increment();
}

void WebhookMetrics::converted(Conversion result, Duration took) {
  const prometheus::Labels labels{{"failure_type", failure_text(result)},
                                  {"result", result == Conversion::Done ? "success" : "failure"}};
  families_->conversion_requests.Add(labels).Increment();
  families_->conversion_duration.Add(labels, kConversionBuckets).Observe(seconds(took));
}

std::vector<prometheus::MetricFamily> WebhookMetrics::collect() const {
  return families_->registry.Collect();
}

}  // namespace kaudit::apiserver::webhooks
