#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/http/message.hpp"
#include "apiserver/objects/table/view.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::api {

/// How an answer is written. (apiserver pkg/endpoints/handlers/negotiation MediaTypeOptions)
struct Representation {
  enum class Format : std::uint8_t { Json, Yaml, Text };

  Format format = Format::Json;
  objects::table::Form form = objects::table::Form::Whole;
  std::string_view version = "v1";  ///< of the form, in meta.k8s.io
  bool indented = false;            ///< `pretty=1` beside the media type
};

/// What an endpoint can be answered as.
enum class Offer : std::uint8_t {
  Objects,  ///< JSON or YAML, in every form
  Stream,   ///< of a watch: JSON, in every form
  Log,      ///< text; refusals are JSON
};

/// The first alternative of the Accept header that the endpoint can serve: media type and `as=`.
/// Without a header: JSON. Nothing: the answer is 406.
std::optional<Representation> negotiate(const http::Headers& headers, Offer offer);
/// Whether the header names a media type that the endpoint's path has, in whatever form.
bool names_media_type(const http::Headers& headers, Offer offer);
/// Their media types, as the 406 names them.
std::span<const std::string_view> media_types(Offer offer) noexcept;

/// JSON as the client wants to see it: YAML, or with line breaks, or as it is with one at its end.
std::string written(const RequestScope& scope, const Representation& representation,
                    std::string_view json);
std::string_view media_type(const Representation& representation) noexcept;

}  // namespace kaudit::apiserver::api
