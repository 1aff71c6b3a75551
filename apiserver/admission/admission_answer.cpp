// The half of a review that comes back: it is as hostile as any input.
#include <map>

#include "apiserver/admission/admission_review.hpp"
#include "audit/status_reader.hpp"
#include "audit/struct_reader.hpp"
#include "base/text/base64.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::admission {
namespace {

using objects::Json;

constexpr std::string_view kV1 = "admission.k8s.io/v1";
constexpr std::string_view kReviewKind = "AdmissionReview";

tl::unexpected<Error> not_decoded(std::string text) {
  return fail("failed to call webhook: " + std::move(text));
}

tl::unexpected<Error> not_valid(std::string text) {
  return fail("received invalid webhook response: " + std::move(text));
}

Error wrong_type(const Json& value, std::string_view field, std::string_view wanted) {
  return {"json: cannot unmarshal " + std::string(value.type_name()) +
          " into Go struct field AdmissionResponse.response." + std::string(field) + " of type " +
          std::string(wanted)};
}

// Members that are absent or null stay as they are; the first of a wrong type is the error.
class AnswerReader {
 public:
  explicit AnswerReader(const Json& response) : response_(response) {}

  void truth(std::string_view name, bool& to) {
    const Json* value = member(name);
    if (value == nullptr) return;
    if (value->boolean() == nullptr) return refuse(*value, name, "bool");
    to = *value->boolean();
  }
  /// False: there is none.
  bool text(std::string_view name, std::string& to, std::string_view type = "string") {
    const Json* value = member(name);
    if (value == nullptr) return false;
    if (value->string() == nullptr) {
      refuse(*value, name, type);
      return false;
    }
    to = *value->string();
    return true;
  }
  void texts(std::string_view name, std::vector<std::string>& to) {
    const Json* value = member(name);
    if (value == nullptr) return;
    if (value->array() == nullptr) return refuse(*value, name, "[]string");
    for (const Json& each : *value->array()) {
      if (each.string() == nullptr) return refuse(each, name, "string");
      to.push_back(*each.string());
    }
  }
  void pairs(std::string_view name, std::vector<std::pair<std::string, std::string>>& to) {
    const Json* value = member(name);
    if (value == nullptr) return;
    if (value->object() == nullptr) return refuse(*value, name, "map[string]string");
    for (const Json::Member& each : *value->object()) {
      if (each.value.string() == nullptr) return refuse(each.value, name, "string");
      to.emplace_back(each.name, *each.value.string());
    }
  }
  bool status(audit::Status& to) {
    const Json* value = member("status");
    if (value == nullptr) return false;
    if (value->object() == nullptr) {
      refuse(*value, "status", "v1.Status");
      return false;
    }
    const std::string text = value->dump();
    audit::StructReader in(text);
    in.object([&](std::string_view name) { audit::read_status_member(in, name, to); });
    if (!in.error().empty() && !error_) error_ = Error{in.error()};
    return true;
  }

  void fail_with(Error error) {
    if (!error_) error_ = std::move(error);
  }
  const std::optional<Error>& error() const noexcept { return error_; }

 private:
  const Json* member(std::string_view name) const {
    const Json* value = response_.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  void refuse(const Json& value, std::string_view name, std::string_view wanted) {
    fail_with(wrong_type(value, name, wanted));
  }

  const Json& response_;
  std::optional<Error> error_;
};

struct RawAnswer {
  AdmissionAnswer answer;
  std::string uid;
  bool has_patch_type = false;
};

Result<RawAnswer> read_response(const Json& response) {
  RawAnswer raw;
  AnswerReader reader(response);
  reader.text("uid", raw.uid, "types.UID");
  reader.truth("allowed", raw.answer.allowed);
  raw.answer.has_result = reader.status(raw.answer.result);
  std::string patch;
  if (reader.text("patch", patch, "[]uint8")) {
    auto decoded = base64_decode(patch);
    if (decoded) {
      raw.answer.patch = *std::move(decoded);
    } else {
      reader.fail_with(decoded.error());
    }
  }
  raw.has_patch_type = reader.text("patchType", raw.answer.patch_type, "v1.PatchType");
  reader.pairs("auditAnnotations", raw.answer.audit_annotations);
  reader.texts("warnings", raw.answer.warnings);
  if (reader.error()) return not_decoded(reader.error()->message);
  return raw;
}

Result<void> check_v1(const Json& review, const RawAnswer& raw, std::string_view uid,
                      WebhookKind kind) {
  if (raw.uid != uid) {
    return not_valid("expected response.uid=" + go_quoted(uid) + ", got " + go_quoted(raw.uid));
  }
  const std::string_view version = review.text("apiVersion");
  const std::string_view named = review.text("kind");
  if (version != kV1 || named != kReviewKind) {
    return not_valid(
        "expected webhook response of " + std::string(kV1) + ", Kind=AdmissionReview, got " +
        (version.empty() ? "/" : std::string(version)) + ", Kind=" + std::string(named));
  }
  const bool has_patch = !raw.answer.patch.empty();
  if (kind == WebhookKind::Validating) {
    if (has_patch) return not_valid("validating webhook may not return response.patch");
    if (raw.has_patch_type) {
      return not_valid("validating webhook may not return response.patchType");
    }
    return {};
  }
  if (has_patch && !raw.has_patch_type) {
    return not_valid("webhook returned response.patch but not response.patchType");
  }
  if (!has_patch && raw.has_patch_type) {
    return not_valid("webhook returned response.patchType but not response.patch");
  }
  if (raw.has_patch_type && raw.answer.patch_type.empty()) {
    return not_valid("webhook returned invalid response.patchType of \"\"");
  }
  return {};
}

}  // namespace

Result<AdmissionAnswer> read_admission_answer(std::string_view body, ReviewVersion version,
                                              std::string_view uid, WebhookKind kind) {
  const auto review = webhooks::read_review(body, {"admission.k8s.io", kReviewKind}, version);
  if (!review) return not_decoded(review.error().message);
  if (review->is_null()) return not_valid("webhook response was absent");
  const Json* response = review->find("response");
  if (response == nullptr || response->is_null()) return not_valid("webhook response was absent");
  if (response->object() == nullptr) {
    return not_decoded("json: cannot unmarshal " + std::string(response->type_name()) +
                       " into Go struct field AdmissionReview.response of type " +
                       std::string(webhooks::text(version)) + ".AdmissionResponse");
  }
  auto raw = read_response(*response);
  if (!raw) return tl::unexpected(raw.error());
  if (version == ReviewVersion::V1) {
    if (auto good = check_v1(*review, *raw, uid, kind); !good) return tl::unexpected(good.error());
  } else {
    // v1beta1 was never strict.
    if (kind == WebhookKind::Validating) raw->answer.patch.clear();
    raw->answer.patch_type = "JSONPatch";
  }
  return std::move(raw->answer);
}

}  // namespace kaudit::apiserver::admission
