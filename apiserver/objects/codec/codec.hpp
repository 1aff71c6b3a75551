#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// Protobuf is Kubernetes' own: an envelope after four magic bytes
/// (application/vnd.kubernetes.protobuf).
enum class BodyFormat : std::uint8_t { Json, Yaml, Protobuf };

/// apiVersion and kind of an object.
struct TypeMeta {
  std::string_view api_version;
  std::string_view kind;
};

/// What becomes of members that a type does not have and of repeated ones. (parameter
/// fieldValidation) Protobuf never has any that matter.
enum class FieldValidation : std::uint8_t {
  Ignore,
  Warn,    ///< they are reported: Decoded::complaints
  Strict,  ///< they are an error
};

/// Whether what a real server's decoder fills in is filled in: defaults, a Namespace's name label,
/// a Secret's stringData made data.
enum class Defaulting : std::uint8_t { None, AtDecode };

struct DecodeOptions {
  FieldValidation validation = FieldValidation::Ignore;
  Defaulting defaulting = Defaulting::AtDecode;
};

/// An object as Go would write it after reading it.
struct Decoded {
  std::string json;  ///< canonical: compact, members in the order of the Go struct
  std::vector<std::string> complaints;  ///< `unknown field "spec.x"`, in order, at most 100
};

/// The same as a tree.
struct DecodedTree {
  Json object;
  std::vector<std::string> complaints;
};

/// Reads a body as an object of the kind that it names, or of `fallback` where it names none.
/// Error: the library's text.
Result<Decoded> decode_any(std::optional<TypeMeta> fallback, std::string_view body,
                           BodyFormat format, DecodeOptions options);

/// Reads one value as a member of that scalar type (`quantity`, `int32`: type_by_id) and writes it.
/// Error: Go's text, in which the member is `.v`.
Result<std::string> convert_scalar(std::string_view type_id, std::string_view json);

/// Reads a request's body as an object of the kind that its URL asks for. A kind without a schema
/// passes as it is. Error: the message of the 400 that a real server answers (apiserver
/// pkg/endpoints/handlers transformDecodeError).
Result<DecodedTree> decode_object(TypeMeta expected, std::string_view body, BodyFormat format,
                                  DecodeOptions options = {});

/// decode_any() of a tree, which nests no deeper than kMaxJsonDepth. What only needs order is moved
/// out of it; after an error it is as it was.
Result<DecodedTree> decode_tree(TypeMeta fallback, Json&& tree, FieldValidation validation);

/// A body that is an object of a kind without a type, as it was sent.
struct UntypedBody {
  Json tree;                   ///< an object; it names its kind, and its apiVersion where it does
  std::string compact;         ///< what it was read from, as compact JSON
  std::string yaml_complaint;  ///< of keys that repeat in YAML; "" for none
};

/// Reads a body, JSON or YAML, of which only kind and apiVersion are looked at. Error: as
/// decode_object(); also for one that names no kind.
Result<UntypedBody> decode_untyped_body(TypeMeta expected, std::string_view body,
                                        BodyFormat format);

/// The message of the 400 for an object that says `given` of itself and cannot be read: `Widget in
/// version "v1" cannot be handled as a Widget: WHY`.
std::string wrong_type_message(TypeMeta expected, TypeMeta given, std::string_view why);

/// The same for a tree that is not a request's body but an object with a patch applied.
Result<Json> canonical_object(TypeMeta expected, const Json& tree);
Result<Json> canonical_object(TypeMeta expected, Json&& tree);

/// The same for the metadata of an object, with what ObjectMeta does not have: complaints name
/// members of metadata (`unknown field "x"`). Error: Go's text.
Result<DecodedTree> decode_metadata(const Json& metadata, FieldValidation validation);

/// Reads a DELETE's body. The result is as an audit event shows it: apiVersion
/// `meta.k8s.io/__internal`, whatever the body said. Error: the message of the 400.
Result<Json> decode_delete_options(TypeMeta resource, std::string_view body, BodyFormat format);

}  // namespace kaudit::apiserver::objects
