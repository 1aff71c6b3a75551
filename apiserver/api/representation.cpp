#include "apiserver/api/representation.hpp"

#include "apiserver/request/accept.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::table::Form;

constexpr std::string_view kStreamMediaTypes[] = {
    "application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"};

std::optional<Form> form_of(std::string_view kind) {
  if (kind == "Table") return Form::Table;
  if (kind == "PartialObjectMetadata") return Form::PartialMetadata;
  if (kind == "PartialObjectMetadataList") return Form::PartialMetadataList;
  return std::nullopt;
}

/// What the parameters of a clause ask for; nothing when that cannot be had.
/// (apiserver pkg/endpoints/handlers RequestScope.AllowsMediaTypeTransform)
std::optional<Representation> representation_of(const request::AcceptClause& clause) {
  const auto serialization = serialization_of(clause);
  if (!serialization) return std::nullopt;
  const std::string_view server_version = clause.parameter("sv");
  if (!server_version.empty() && server_version != "v1") return std::nullopt;
  Representation chosen{*serialization};
  const std::string_view kind = clause.parameter("as");
  const std::string_view group = clause.parameter("g");
  const std::string_view version = clause.parameter("v");
  if (kind.empty() && group.empty() && version.empty()) return chosen;
  const auto form = form_of(kind);
  const bool known_version = version == "v1" || version == "v1beta1";
  if (!form || group != "meta.k8s.io" || !known_version) return std::nullopt;
  if (*form == Form::Table && chosen.format() == ObjectFormat::Protobuf) return std::nullopt;
  chosen.form = *form;
  chosen.version = version == "v1" ? "v1" : "v1beta1";
  return chosen;
}

}  // namespace

std::span<const std::string_view> stream_media_types() noexcept { return kStreamMediaTypes; }

std::vector<std::string_view> media_types_of_path(Offer offer) {
  std::vector<std::string_view> types(kObjectMediaTypes.begin(), kObjectMediaTypes.end());
  switch (offer) {
    case Offer::List:
    case Offer::Watch:
      types.insert(types.end(), std::begin(kStreamMediaTypes), std::end(kStreamMediaTypes));
      break;
    case Offer::Log:
      types.insert(types.begin(), kLogMediaType);
      break;
    case Offer::Object:
      break;
  }
  return types;
}

std::optional<Representation> negotiate(const http::Headers& headers, Protobuf protobuf) {
  const std::string_view accept = headers.first("Accept").value_or("");
  if (accept.empty() || accept == "application/json" || accept == "*/*") return Representation();
  for (const request::AcceptClause& clause : request::parse_accept(accept)) {
    const auto chosen = representation_of(clause);
    if (!chosen) continue;
    const bool lacks_form = protobuf == Protobuf::OfMetadataAlone && chosen->form == Form::Whole &&
                            chosen->format() == ObjectFormat::Protobuf;
    if (!lacks_form) return chosen;
  }
  return std::nullopt;
}

}  // namespace kaudit::apiserver::api
