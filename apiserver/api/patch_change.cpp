#include "apiserver/api/patch_change.hpp"

#include <string>
#include <utility>

#include "apiserver/api/field_ownership.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec.hpp"
#include "apiserver/objects/patch/json_patch.hpp"
#include "apiserver/objects/patch/merge_patch.hpp"
#include "apiserver/objects/patch/nesting.hpp"
#include "apiserver/objects/patch/strategic_patch.hpp"
#include "apiserver/objects/types.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::PatchError;
using objects::PatchResult;

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

// The result is no object of the kind. `shown`: what the real server quotes of it.
audit::Status unfit(std::string_view shown, std::string_view why) {
  return invalid("", "", "", {FieldError::invalid("patch", shown, why)});
}

// The result as an object of the kind: what a patch makes must fit the type, and be read again.
template <typename Shown>
Expected<Json> canonical(const Call& call, const Json& patched, const Shown& shown) {
  if (objects::nests_deeper_than(patched, Json::kMaxDepth)) {
    return tl::unexpected(unfit(shown(), "exceeded max depth"));
  }
  auto object = objects::canonical_object(call.type(), patched);
  if (!object) return tl::unexpected(unfit(shown(), object.error().message));
  if (objects::resets_managed_fields(patched)) {  // an empty list would not be written
    set_managed_fields(*object, Json(Json::Array{Json(Json::Object())}));
  }
  return *std::move(object);
}

Expected<void> check_type(const Call& call, const Json& patched) {
  if (patched.text("apiVersion") == call.resource.api_version &&
      patched.text("kind") == call.resource.kind) {
    return {};
  }
  return tl::unexpected(bad_request("the API version in the data (" +
                                    std::string(patched.text("apiVersion")) +
                                    ") does not match the expected API version (" +
                                    std::string(call.resource.api_version) + ")"));
}

/// JSON Patch and merge patch, which work on the object's JSON and know no types.
template <typename Patch>
class PlainChange : public PatchChange {
 public:
  explicit PlainChange(std::string_view body) : patch_(Patch::parse(body)) {}

  Expected<Json> apply(const Call& call, const Json& current) const override {
    if (!patch_) return tl::unexpected(status_of(patch_.error()));
    auto patched = PatchResult<Json>(patch_->apply(current));
    if (!patched) return tl::unexpected(status_of(patched.error()));
    if (auto fits = check_type(call, *patched); !fits) return tl::unexpected(fits.error());
    return canonical(call, *patched, [&] { return patched->dump(); });
  }

 private:
  PatchResult<Patch> patch_;
};

class StrategicChange : public PatchChange {
 public:
  explicit StrategicChange(std::string_view body) : patch_(objects::StrategicPatch::parse(body)) {}

  Expected<Json> apply(const Call& call, const Json& current) const override {
    if (!patch_) return tl::unexpected(status_of(patch_.error()));
    const objects::Type* type = objects::find_type(call.resource.api_version, call.resource.kind);
    if (type == nullptr) return tl::unexpected(unsupported_body(kTypesOfCustomKinds));
    auto patched = patch_->apply(*type, current);
    if (!patched) return tl::unexpected(status_of(patched.error()));
    return canonical(call, *patched, [&] { return patch_->shown(); });
  }

 private:
  static constexpr std::string_view kTypesOfCustomKinds[] = {"application/json-patch+json",
                                                             "application/merge-patch+json",
                                                             "application/apply-patch+yaml"};

  PatchResult<objects::StrategicPatch> patch_;
};

}  // namespace

std::unique_ptr<const PatchChange> patch_change(PatchType type, std::string_view body) {
  switch (type) {
    case PatchType::Json:
      return std::make_unique<PlainChange<objects::JsonPatch>>(body);
    case PatchType::Merge:
      return std::make_unique<PlainChange<objects::MergePatch>>(body);
    case PatchType::Strategic:
      return std::make_unique<StrategicChange>(body);
    case PatchType::Apply:
      break;
  }
  return nullptr;
}

}  // namespace kaudit::apiserver::api
