#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "apiserver/objects/json.hpp"
#include "audit/base/result.hpp"

namespace kaudit::apiserver::objects {

/// The types that the members of a known type have, in JSON and in Go.
enum class FieldType : std::uint8_t {
  String,
  Bool,
  Int64,
  Time,       ///< metav1.Time: UTC, whole seconds
  StringMap,  ///< written in the order of its keys
  BytesMap,   ///< likewise; values are base64
  StringList,
  Struct,
  StructList,
  Raw,  ///< any JSON, kept as it is
};

/// When a member is written. (Go's omitempty, and whether the field is a pointer)
enum class Presence : std::uint8_t {
  WhenNotEmpty,
  WhenGiven,  ///< a pointer: also an empty value that was given, never null
  Always,
};

struct StructType;

struct Field {
  std::string_view name;
  FieldType type;
  Presence presence = Presence::WhenNotEmpty;
  const StructType* of = nullptr;  ///< for Struct and StructList
  std::string_view go_type = {};   ///< a named string, as decoding errors print it; "" = `string`
};

/// A Go struct as JSON sees it: its members in the order in which they are written.
struct StructType {
  std::string_view name;  ///< Go's name, without package
  std::span<const Field> fields;
};

/// Reads a value as that type and writes it as Go would: members in the type's order, empty ones
/// dropped, unknown ones too. null reads as empty. Error: encoding/json's text, e.g. `json: cannot
/// unmarshal number into Go struct field ObjectMeta.metadata.labels of type string`. `path` is
/// where the value stands in the body ("" at the top).
Result<Json> read_as(const StructType& type, const Json& value, std::string_view path = "");

// The types of k8s.io/apimachinery and k8s.io/api that this server knows by name.
extern const StructType kObjectMeta;
extern const StructType kDeleteOptions;

/// The type of a kind whose every member is known; null for kinds that are served as they were
/// sent. Its fields are those after kind, apiVersion and metadata.
const StructType* known_type(std::string_view api_version, std::string_view kind) noexcept;

}  // namespace kaudit::apiserver::objects
