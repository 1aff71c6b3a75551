#include "apiserver/webhooks/review_answer.hpp"

#include "base/text/quote.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/to_json.hpp"

namespace kaudit::apiserver::webhooks {
namespace {

using objects::Json;

/// JSON where it looks like it, else YAML, as Kubernetes' decoders are asked.
Result<Json> parsed(std::string_view body) {
  if (yaml::looks_like_json(body)) return Json::parse(body);
  const auto json = yaml::yaml_to_json(body);
  if (!json) return tl::unexpected(Error{json.error().message});
  return Json::parse(*json);
}

std::string version_of(const ReviewKind& kind, ReviewVersion version) {
  return std::string(kind.group).append("/").append(text(version));
}

/// The kind that it names, where it names one: only a review can be decoded, of the version that
/// was asked for.
Result<void> check_decodable(const Json& review, const ReviewKind& wanted, ReviewVersion asked) {
  const std::string own = version_of(wanted, asked);
  std::string_view version = review.text("apiVersion");
  std::string_view kind = review.text("kind");
  if (version.empty()) version = own;
  if (kind.empty()) kind = wanted.kind;
  if (version == own && kind == wanted.kind) return {};
  const auto not_converted = [&](std::string_view from) {
    std::string why = "converting (" + std::string(from) + ") to (";
    why.append(text(asked)).append(".").append(wanted.kind).append("): unknown conversion");
    return fail(std::move(why));
  };
  if (version == "v1" && kind == "Status") return not_converted("v1.Status");
  const ReviewVersion other =
      asked == ReviewVersion::V1 ? ReviewVersion::V1Beta1 : ReviewVersion::V1;
  if (kind == wanted.kind && version == version_of(wanted, other)) {
    return not_converted(std::string(text(other)).append(".").append(kind));
  }
  return fail("no kind " + go_quoted(kind) + " is registered for version " + go_quoted(version) +
              " in scheme \"pkg/runtime/scheme.go:111\"");
}

}  // namespace

std::string_view text(ReviewVersion version) noexcept {
  return version == ReviewVersion::V1 ? "v1" : "v1beta1";
}

std::optional<ReviewVersion> first_known_version(const std::vector<std::string>& taken) noexcept {
  for (const std::string& version : taken) {
    if (version == "v1") return ReviewVersion::V1;
    if (version == "v1beta1") return ReviewVersion::V1Beta1;
  }
  return std::nullopt;
}

Result<Json> read_review(std::string_view body, const ReviewKind& kind, ReviewVersion asked) {
  auto review = parsed(body);
  const std::string no_kind = "couldn't get version/kind; json parse error: ";
  if (!review) return fail(no_kind + review.error().message);
  if (review->is_null()) return review;
  if (review->object() == nullptr) {
    return fail(no_kind + "json: cannot unmarshal " + std::string(review->type_name()) +
                " into Go value of type struct { APIVersion string "
                "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                "\"json:\\\"kind,omitempty\\\"\" }");
  }
  if (auto good = check_decodable(*review, kind, asked); !good) return tl::unexpected(good.error());
  return review;
}

}  // namespace kaudit::apiserver::webhooks
