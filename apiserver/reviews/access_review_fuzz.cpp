// An access review as any JSON: judged, asked and answered.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/reviews/access_question.hpp"
#include "apiserver/reviews/access_validation.hpp"

using namespace kaudit::apiserver;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const objects::TypeMeta type{"authorization.k8s.io/v1", "LocalSubjectAccessReview"};
  const auto decoded = objects::decode_object(type, body, objects::BodyFormat::Json);
  if (!decoded) return 0;
  const objects::Json review = decoded->object;
  for (const auto kind : {reviews::AccessReview::Self, reviews::AccessReview::Subject,
                          reviews::AccessReview::Local}) {
    (void)reviews::access_errors(review, kind);
  }
  const reviews::AccessQuestion question(*review.find("spec"));
  (void)reviews::access_status(question, authz::Authorization());
  return 0;
}
