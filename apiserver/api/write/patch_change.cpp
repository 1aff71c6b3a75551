#include "apiserver/api/write/patch_change.hpp"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "apiserver/api/custom/custom_body.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/subresources/scale.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/objects/body_head.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/patch/json_patch.hpp"
#include "apiserver/objects/patch/merge_patch.hpp"
#include "apiserver/objects/patch/nesting.hpp"
#include "apiserver/objects/patch/repeated_members.hpp"
#include "apiserver/objects/patch/strategic_patch.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/json/bracket_stack.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::FieldValidation;
using objects::Json;
using objects::patch::PatchError;
using objects::patch::PatchResult;

audit::Status status_of(const PatchError& error) {
  switch (error.kind) {
    case PatchError::Kind::Malformed:
      return bad_request(error.message);
    case PatchError::Kind::TooLarge:
      return entity_too_large(error.message);
    case PatchError::Kind::DoesNotApply:
      return unprocessable();
    case PatchError::Kind::Unforeseen:
      break;
  }
  return unexpected(error.message);
}

// The result is not an object of the kind. `shown`: what the real server quotes of it.
audit::Status wrong_result_error(std::string_view shown, std::string_view why) {
  return invalid("", "", "", {FieldError::invalid("patch", shown, why)});
}

/// Complaints about the patch itself, and what to do about them and those about its result.
struct Strictness {
  FieldValidation validation;
  std::vector<std::string> complaints = {};
};

// Complaints of the patch as text; `prefix` begins each.
Strictness strictness(std::string_view body, FieldValidation validation,
                      std::string_view prefix = "") {
  Strictness strict{validation};
  if (validation == FieldValidation::Ignore) return strict;
  for (const std::string& complaint : objects::patch::repeated_members(body)) {
    strict.complaints.push_back(std::string(prefix) + complaint);
  }
  return strict;
}

Result<objects::DecodedTree> read_result(const Call& call, Json&& patched,
                                         FieldValidation validation) {
  if (call.version != nullptr && !is_scale(call)) {
    auto result = read_custom_result(call, patched);
    if (result && validation == FieldValidation::Ignore) result->complaints.clear();
    return result;
  }
  if (objects::find_type(body_type(call).api_version, body_type(call).kind) == nullptr) {
    auto object = objects::canonical_object(body_type(call), std::move(patched));
    if (!object) return tl::unexpected(object.error());
    return objects::DecodedTree{*std::move(object), {}};
  }
  // Complaints are not errors here: those about the patch itself come before them.
  const FieldValidation told =
      validation == FieldValidation::Ignore ? FieldValidation::Ignore : FieldValidation::Warn;
  return objects::decode_tree(body_type(call), std::move(patched), told);
}

// The result as an object of the kind: what a patch makes must fit the type, and be read again.
// Takes what was patched, unless it refuses and shows it.
template <typename Shown>
Expected<PatchChange::Patched> canonical(const Call& call, Json& patched, const Strictness& strict,
                                         const Shown& shown) {
  if (objects::patch::nests_deeper_than(patched, kMaxJsonDepth)) {
    return tl::unexpected(wrong_result_error(shown(), "exceeded max depth"));
  }
  const bool resets = objects::apply::resets_managed_fields(patched);
  const bool strictly = strict.validation == FieldValidation::Strict;
  // What is going to be shown is copied.
  auto decoded = strictly && !strict.complaints.empty()
                     ? read_result(call, Json(patched), strict.validation)
                     : read_result(call, std::move(patched), strict.validation);
  if (!decoded) return tl::unexpected(wrong_result_error(shown(), decoded.error().message));
  std::vector<std::string> complaints = strict.complaints;
  complaints.insert(complaints.end(), decoded->complaints.begin(), decoded->complaints.end());
  if (strictly && !complaints.empty()) {
    return tl::unexpected(
        wrong_result_error(shown(), "strict decoding error: " + joined(complaints, ", ")));
  }
  PatchChange::Patched result{std::move(decoded->object), std::move(complaints)};
  if (resets) {  // an empty list would not be written
    set_managed_fields(result.object, Json(Json::Array{Json(Json::Object())}));
  }
  return result;
}

// A type as Go names it: `v1.Secret`.
std::string go_type_name(std::string_view api_version, std::string_view kind) {
  std::string name(api_version.substr(api_version.find('/') + 1));  // npos + 1 is 0
  return name.append(".").append(kind);
}

// A patch cannot make another kind of an object. (runtime.DecodeInto of the patched object)
Expected<void> check_type(const Call& call, const Json& patched) {
  if (call.version != nullptr && !is_scale(call)) return {};  // its rules say so
  const objects::BodyHead head{std::string(patched.text("apiVersion")),
                               std::string(patched.text("kind"))};
  const objects::TypeMeta type = body_type(call);
  if (head.api_version == type.api_version && head.kind == type.kind) return {};
  const std::string why = objects::find_type(head.api_version, head.kind) == nullptr
                              ? objects::not_registered(head)
                              : "converting (" + go_type_name(head.api_version, head.kind) +
                                    ") to (" + go_type_name(type.api_version, type.kind) +
                                    "): unknown conversion";
  return tl::unexpected(wrong_result_error(patched.dump(), why));
}

/// JSON Patch and merge patch, which work on the object's JSON without types.
template <typename Patch>
class PlainChange : public PatchChange {
 public:
  PlainChange(std::string_view body, Strictness strict)
      : patch_(Patch::parse(body)), strict_(std::move(strict)) {
    if constexpr (std::is_same_v<Patch, objects::patch::JsonPatch>) {
      if (!patch_ || strict_.validation == FieldValidation::Ignore) return;
      const auto& unknown = patch_->complaints();
      strict_.complaints.insert(strict_.complaints.end(), unknown.begin(), unknown.end());
    }
  }

  Expected<Patched> apply(const Call& call, const Json& current) const override {
    if (!patch_) return tl::unexpected(status_of(patch_.error()));
    auto patched = PatchResult<Json>(patch_->apply(current));
    if (!patched) return tl::unexpected(status_of(patched.error()));
    if (auto fits = check_type(call, *patched); !fits) return tl::unexpected(fits.error());
    return canonical(call, *patched, strict_, [&] { return patched->dump(); });
  }

 private:
  PatchResult<Patch> patch_;
  Strictness strict_;
};

class StrategicChange : public PatchChange {
 public:
  StrategicChange(std::string_view body, Strictness strict)
      : patch_(objects::patch::StrategicPatch::parse(body)), strict_(std::move(strict)) {}

  Expected<Patched> apply(const Call& call, const Json& current) const override {
    if (!patch_) return tl::unexpected(status_of(patch_.error()));
    const objects::TypeMeta head = body_type(call);
    const objects::Type* type = objects::find_type(head.api_version, head.kind);
    if (type == nullptr) return tl::unexpected(unsupported_body(kTypesOfCustomKinds));
    auto patched = patch_->apply(*type, current);
    if (!patched) return tl::unexpected(status_of(patched.error()));
    patched->set("kind", Json(head.kind));  // a patch does not change what it is
    patched->set("apiVersion", Json(head.api_version));
    return canonical(call, *patched, strict_, [&] { return patch_->shown(); });
  }

 private:
  static constexpr std::string_view kTypesOfCustomKinds[] = {"application/json-patch+json",
                                                             "application/merge-patch+json",
                                                             "application/apply-patch+yaml"};

  PatchResult<objects::patch::StrategicPatch> patch_;
  Strictness strict_;
};

}  // namespace

std::unique_ptr<const PatchChange> patch_change(PatchType type, std::string_view body,
                                                FieldValidation validation) {
  switch (type) {
    case PatchType::Json:
      return std::make_unique<PlainChange<objects::patch::JsonPatch>>(
          body, strictness(body, validation, "json patch "));
    case PatchType::Merge:
      return std::make_unique<PlainChange<objects::patch::MergePatch>>(
          body, strictness(body, validation));
    case PatchType::Strategic:
      return std::make_unique<StrategicChange>(body, strictness(body, validation));
    case PatchType::Apply:
      break;
  }
  return nullptr;
}

}  // namespace kaudit::apiserver::api
