#include "apiserver/api/representation.hpp"

#include <utility>

#include "apiserver/api/negotiation.hpp"
#include "apiserver/request/accept.hpp"
#include "base/yaml/from_json.hpp"

namespace kaudit::apiserver::api {
namespace {

using Format = Representation::Format;

constexpr std::string_view kObjectTypes[] = {"application/json", "application/yaml"};
constexpr std::string_view kStreamTypes[] = {"application/json"};
constexpr std::string_view kLogTypes[] = {"application/json", "text/plain"};

std::optional<objects::table::Form> form_of(std::string_view kind) {
  if (kind == "Table") return objects::table::Form::Table;
  if (kind == "PartialObjectMetadata") return objects::table::Form::PartialMetadata;
  if (kind == "PartialObjectMetadataList") return objects::table::Form::PartialMetadataList;
  return std::nullopt;
}

/// What the parameters of a clause ask for; nothing when that cannot be had.
/// (pkg/endpoints/handlers/negotiation acceptMediaTypeOptions)
std::optional<Representation> with_parameters(const request::AcceptClause& clause, Format format,
                                              Offer offer) {
  Representation chosen;
  chosen.format = format;
  const std::string_view stream = clause.parameter("stream");
  if (!stream.empty() && stream != "watch") return std::nullopt;
  chosen.indented = clause.parameter("pretty") == "1";
  const std::string_view kind = clause.parameter("as");
  const std::string_view group = clause.parameter("g");
  const std::string_view version = clause.parameter("v");
  if (kind.empty() && group.empty() && version.empty()) return chosen;
  const auto form = form_of(kind);
  const bool known_version = version == "v1" || version == "v1beta1";
  if (!form || group != "meta.k8s.io" || !known_version || offer == Offer::Log) return std::nullopt;
  chosen.form = *form;
  chosen.version = version == "v1" ? "v1" : "v1beta1";
  return chosen;
}

Format format_of(std::string_view type) noexcept {
  if (type == "application/yaml") return Format::Yaml;
  return type == "text/plain" ? Format::Text : Format::Json;
}

}  // namespace

std::span<const std::string_view> media_types(Offer offer) noexcept {
  switch (offer) {
    case Offer::Objects:
      return kObjectTypes;
    case Offer::Stream:
      return kStreamTypes;
    case Offer::Log:
      break;
  }
  return kLogTypes;
}

std::optional<Representation> negotiate(const http::Headers& headers, Offer offer) {
  const std::string_view accept = headers.first("Accept").value_or("");
  if (accept.empty() || accept == "application/json" || accept == "*/*") return Representation();
  for (const request::AcceptClause& clause : request::parse_accept(accept)) {
    for (const std::string_view type : media_types(offer)) {
      if (!clause.covers(type)) continue;
      if (auto chosen = with_parameters(clause, format_of(type), offer)) return chosen;
    }
  }
  return std::nullopt;
}

// Ranges other than */* do not get past the real server's router. (go-restful Route.matchesAccept)
bool names_media_type(const http::Headers& headers, Offer offer) {
  // The path of a watch is that of a list.
  const auto types = media_types(offer == Offer::Stream ? Offer::Objects : offer);
  for (const auto& clause : request::parse_accept(headers.first("Accept").value_or(""))) {
    if (clause.subtype == "*" && clause.type != "*") continue;
    for (const std::string_view type : types) {
      if (clause.covers(type)) return true;
    }
  }
  return false;
}

std::string_view media_type(const Representation& representation) noexcept {
  switch (representation.format) {
    case Format::Yaml:
      return "application/yaml";
    case Format::Json:
    case Format::Text:
      break;
  }
  return "application/json";
}

std::string written(const RequestScope& scope, const Representation& representation,
                    std::string_view json) {
  if (representation.format == Format::Yaml) {
    if (auto yaml = yaml::json_to_yaml(json)) return *std::move(yaml);
  }
  if (representation.indented ||
      layout_of(scope.request(), scope.url.parameter("pretty")) == Layout::Indented) {
    return indented(json);
  }
  std::string body;
  body.reserve(json.size() + 1);
  body.append(json) += '\n';
  return body;
}

}  // namespace kaudit::apiserver::api
