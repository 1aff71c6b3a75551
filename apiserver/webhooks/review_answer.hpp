#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::webhooks {

/// Versions of a review, AdmissionReview or ConversionReview.
enum class ReviewVersion : std::uint8_t { V1, V1Beta1 };

std::string_view text(ReviewVersion version) noexcept;

/// The first of the versions that a webhook takes which is known here.
std::optional<ReviewVersion> first_known_version(const std::vector<std::string>& taken) noexcept;

/// What a webhook is asked with, and answers with.
struct ReviewKind {
  std::string_view group;  ///< `admission.k8s.io`
  std::string_view kind;   ///< `AdmissionReview`
};

/// Reads a webhook's answer, JSON or YAML, as a review of that kind and version: an object, or null
/// where it said so. Error: the text of Kubernetes' decoder. (client-go rest.Result.Into)
Result<objects::Json> read_review(std::string_view body, const ReviewKind& kind,
                                  ReviewVersion asked);

}  // namespace kaudit::apiserver::webhooks
