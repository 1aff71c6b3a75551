#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "apiserver/http/message.hpp"
#include "apiserver/objects/table/view.hpp"
#include "apiserver/serialization.hpp"

namespace kaudit::apiserver::api {

/// How an answer is written. (apiserver pkg/endpoints/handlers/negotiation MediaTypeOptions)
struct Representation {
  Serialization serialization = {};
  objects::table::Form form = objects::table::Form::Whole;
  std::string_view version = "v1";  ///< of the form, in meta.k8s.io

  ObjectFormat format() const noexcept { return serialization.format; }
};

/// What an endpoint can be answered as. Refusals are objects everywhere.
enum class Offer : std::uint8_t {
  Object,  ///< JSON, YAML or protobuf
  List,    ///< the same; its path is also that of a watch
  Watch,   ///< JSON or protobuf
  Log,     ///< text
};

inline constexpr std::string_view kLogMediaType = "text/plain";

/// Those of watches, as a 406 names them.
std::span<const std::string_view> stream_media_types() noexcept;
/// The media types that the path of such an endpoint has, as the router's 406 names them.
std::vector<std::string_view> media_types_of_path(Offer offer);

/// Whether objects have a protobuf form: those of custom resources do not.
enum class Protobuf : std::uint8_t { OfObjects, OfMetadataAlone };

/// The first alternative of the Accept header that can be served: media type and `as=`. Without a
/// header: JSON. Nothing: the answer is 406. A Table has no protobuf.
std::optional<Representation> negotiate(const http::Headers& headers,
                                        Protobuf protobuf = Protobuf::OfObjects);

}  // namespace kaudit::apiserver::api
