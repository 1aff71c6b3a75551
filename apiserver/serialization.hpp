#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/http/message.hpp"
#include "apiserver/request/accept.hpp"
#include "apiserver/request_scope.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver {

/// The formats of objects in answers.
enum class ObjectFormat : std::uint8_t { Json, Yaml, Protobuf };

/// Their media types, as a 406 names them and in the order in which `*/*` chooses.
inline constexpr std::array<std::string_view, 3> kObjectMediaTypes{
    "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"};
std::string_view media_type(ObjectFormat format) noexcept;

/// Whether JSON has line breaks.
enum class Layout : std::uint8_t { Compact, Indented };

/// How an object is written.
struct Serialization {
  ObjectFormat format = ObjectFormat::Json;
  Layout layout = Layout::Compact;  ///< as the client asks for it beside the media type
};

/// How a clause of an Accept header wants objects whose media types it covers: the first of these,
/// if its parameters can be heeded. Of `as`, `g` and `v` it knows nothing. (apiserver
/// pkg/endpoints/handlers/negotiation acceptMediaTypeOptions)
std::optional<Serialization> serialization_of(const request::AcceptClause& clause) noexcept;

/// The first alternative of the Accept header for what comes in one form alone: refusals,
/// discovery. Without a header: JSON. (negotiation DefaultEndpointRestrictions)
std::optional<Serialization> negotiate_serialization(const http::Headers& headers);

/// Whether the header names a media type of objects, or `*/*`: other ranges do not get past the
/// real server's router. `more`: one that the path has beside them. (go-restful
/// Route.matchesAccept)
bool names_object_type(const http::Headers& headers, std::string_view more = {});

/// The 406 of a path that has none of the media types which the client takes. (go-restful)
audit::Status not_acceptable(std::span<const std::string_view> offered);
/// The 406 where the path has the type, but not in the form (`as=`) or for the stream that the
/// client wants. (negotiation errNotAcceptable)
audit::Status no_such_form(std::span<const std::string_view> offered);

/// Whether to indent: the client asks for it (`pretty`), or is one for people (curl, a browser).
/// (negotiation isPrettyPrint)
Layout layout_of(const http::Request& request, std::string_view pretty);

/// Compact JSON with line breaks and two blanks a level, as encoding/json's Indent; no line break
/// at the end.
std::string indented(std::string_view json);

/// Whether the client gets compact JSON, and so canonical JSON as it is, with a line break.
bool is_compact_json(const RequestScope& scope, const Serialization& as);

/// Canonical JSON as the client wants to see it, as the body of an answer. What has no protobuf
/// stays JSON, and so says `as` then.
std::string serialized(const RequestScope& scope, Serialization& as, std::string_view json);

}  // namespace kaudit::apiserver
