#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
struct MetricFamily;
}  // namespace prometheus

namespace kaudit::apiserver::webhooks {

/// What calls to webhooks add to /metrics, by kube-apiserver's names. Thread-safe. (apiserver
/// pkg/admission/metrics; apiextensions pkg/apiserver/conversion/metrics.go)
class WebhookMetrics {
 public:
  using Duration = std::chrono::steady_clock::duration;

  WebhookMetrics();
  ~WebhookMetrics();
  WebhookMetrics(const WebhookMetrics&) = delete;
  WebhookMetrics& operator=(const WebhookMetrics&) = delete;

  enum class Step : std::uint8_t { Admit, Validating };
  enum class Rejection : std::uint8_t {
    None,      ///< it was let through
    ByError,   ///< of the call
    Internal,  ///< an answer that cannot be carried out
    ByAnswer,
  };
  struct AdmissionCall {
    std::string webhook;
    Step step;
    std::string operation;  ///< CREATE
    int code = 200;         ///< of the answer, 0 for none
    Rejection rejection = Rejection::None;
    bool counts_as_rejection = true;  ///< not where the client has gone
    Duration took{};
  };
  void admission_called(const AdmissionCall& call);
  void failed_open(const std::string& webhook, Step step);

  enum class Conversion : std::uint8_t { Done, CallFailed, Malformed, Partial, InvalidObject };
  void converted(Conversion result, Duration took);

  /// Those that there are by now.
  std::vector<prometheus::MetricFamily> collect() const;

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace kaudit::apiserver::webhooks
