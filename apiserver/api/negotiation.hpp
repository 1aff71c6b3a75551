#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "apiserver/http/message.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::api {

/// The format of an object in the body, by Content-Type (none: JSON). Error: 415.
tl::expected<objects::BodyFormat, audit::Status> body_format(const http::Headers& headers);

/// Whether to indent the answer: the client asks for it (`pretty`), or is one for people (curl, a
/// browser). (apiserver pkg/endpoints/handlers/negotiation isPrettyPrint)
enum class Layout : unsigned char { Compact, Indented };
Layout layout_of(const http::Request& request, std::string_view pretty);

/// Compact JSON with line breaks and two blanks a level, as encoding/json's Indent; no line break
/// at the end.
std::string indented(std::string_view json);

}  // namespace kaudit::apiserver::api
