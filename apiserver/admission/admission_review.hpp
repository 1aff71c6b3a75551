#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/webhooks/review_answer.hpp"
#include "audit/status.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::admission {

using webhooks::ReviewVersion;

/// The objects of a request as a webhook sees them: in the version that it wants. Null: none.
struct ReviewedObjects {
  objects::Json object;
  objects::Json old_object;
};

/// The JSON that a webhook is asked with. `asked`: the resource in the version that it wants.
/// (plugin/webhook/request CreateV1AdmissionReview)
std::string admission_review(ReviewVersion version, std::string_view uid,
                             const api::AdmissionRequest& request, const objects::Resource& asked,
                             ReviewedObjects objects);

/// What a webhook answered.
struct AdmissionAnswer {
  bool allowed = false;
  audit::Status result;  ///< of a refusal
  bool has_result = false;
  std::string patch;       ///< a JSON Patch; "" = none
  std::string patch_type;  ///< "JSONPatch", or what nobody can apply
  std::vector<std::pair<std::string, std::string>> audit_annotations;
  std::vector<std::string> warnings;
};

enum class WebhookKind : std::uint8_t { Mutating, Validating };

/// Reads a webhook's answer to the review of that uid. Error: what comes behind `failed calling
/// webhook "NAME": `, in the words of kube-apiserver. (VerifyAdmissionResponse)
Result<AdmissionAnswer> read_admission_answer(std::string_view body, ReviewVersion version,
                                              std::string_view uid, WebhookKind kind);

}  // namespace kaudit::apiserver::admission
