#pragma once

#include <cstdint>
#include <string_view>

#include "apiserver/objects/json.hpp"
#include "audit/base/result.hpp"

namespace kaudit::apiserver::objects {

enum class BodyFormat : std::uint8_t { Json, Yaml };

/// apiVersion and kind of an object.
struct TypeMeta {
  std::string_view api_version;
  std::string_view kind;
};

/// Reads a request's body as an object of the kind that its URL asks for, and brings it into
/// canonical form: `kind`, `apiVersion` (from the URL when the body has none), `metadata` as
/// ObjectMeta, then the other members: those of the type in its order where the type is known, else
/// as they were sent (the maps `data`, `binaryData` and `stringData` in the order of their keys).
/// What a real server's decoder does to a kind is done too: a Namespace gets its name label, a
/// Secret's stringData becomes data. Error: the message of the 400 that a real server answers
/// (apiserver pkg/endpoints/handlers transformDecodeError).
Result<Json> decode_object(TypeMeta expected, std::string_view body, BodyFormat format);

/// The same for a tree that is no request's body but an object with a patch applied.
Result<Json> canonical_object(TypeMeta expected, const Json& tree);

/// Reads a DELETE's body. The result is as an audit event shows it: apiVersion
/// `meta.k8s.io/__internal`, whatever the body said. Error: the message of the 400.
Result<Json> decode_delete_options(TypeMeta resource, std::string_view body, BodyFormat format);

/// Reads text in a format as a tree. Error: the parser's.
Result<Json> parse_body(std::string_view body, BodyFormat format);

}  // namespace kaudit::apiserver::objects
