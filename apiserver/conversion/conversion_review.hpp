#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/webhooks/review_answer.hpp"
#include "apiserver/webhooks/webhook_metrics.hpp"

namespace kaudit::apiserver::conversion {

/// What a conversion is asked for: which objects, and in which version they are wanted.
struct ConversionRequest {
  webhooks::ReviewVersion version;
  std::string uid;
  std::string desired;  ///< `example.com/v2`
  std::span<const objects::Json> given;
};

/// The JSON that a webhook is asked with. (apiextensions/v1 ConversionReview)
std::string conversion_review(const ConversionRequest& request);

/// Why there is no conversion.
struct ConversionFailure {
  webhooks::WebhookMetrics::Conversion kind;
  std::string text;  ///< what a client is told, in the words of kube-apiserver
};

/// Reads a webhook's answer: as many objects as were given, in their order, each with its own
/// metadata but for labels and annotations, which are the webhook's. (apiextensions
/// pkg/apiserver/conversion webhookConverter)
tl::expected<std::vector<objects::Json>, ConversionFailure> read_conversion_answer(
    std::string_view body, const ConversionRequest& request);

/// `conversion webhook for example.com/v1, Kind=Widget`: how those errors begin.
std::string webhook_for(const objects::Json& object);

}  // namespace kaudit::apiserver::conversion
