// A webhook's answer, whatever it is: read in both versions, as that of both kinds of webhook. What
// is taken must be one that can be carried out.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/admission/admission_review.hpp"
#include "apiserver/objects/patch/json_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver;
  using admission::ReviewVersion;
  using admission::WebhookKind;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const ReviewVersion version : {ReviewVersion::V1, ReviewVersion::V1Beta1}) {
    for (const WebhookKind kind : {WebhookKind::Mutating, WebhookKind::Validating}) {
      const auto answer = admission::read_admission_answer(body, version, "u", kind);
      if (!answer) {
        if (answer.error().message.empty()) std::abort();
        continue;
      }
      if (kind == WebhookKind::Validating && !answer->patch.empty()) std::abort();
      if (!answer->patch.empty()) {
        static_cast<void>(objects::patch::JsonPatch::parse(answer->patch));
      }
    }
  }
  return 0;
}
