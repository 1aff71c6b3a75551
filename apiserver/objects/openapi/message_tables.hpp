#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::openapi {

/// How a member of the JSON is a field of a message. (gnostic's messages of both versions)
enum class Shape : std::uint8_t {
  String,
  Strings,  ///< repeated string
  Bool,
  Integer,
  Double,
  Any,   ///< a message which holds its value as YAML
  Anys,  ///< repeated
  Message,
  Wrapped,           ///< a message whose field 1 is the value's message: SchemaItem, ItemsItem …
  TypeItem,          ///< a message with the repeated string 1
  Named,             ///< a message whose field `inner` is a repeated {name 1, value 2}
  Made,              ///< repeated, each by `make`
  Referable,         ///< of version 3: a message that is {value 1} or {reference 2}
  Referables,        ///< repeated
  NamedReferable,    ///< as Named
  WrappedReferable,  ///< as Wrapped
  SchemaOrBool,      ///< {schema 1} or {boolean 2}
  DefaultType,       ///< {number 1}, {boolean 2} or {string 3}
};

struct MessageRow;

struct FieldRow {
  std::string_view name;
  int number;
  Shape shape;
  const MessageRow* message = nullptr;
  int inner = 1;                                        ///< of Shape::Named
  std::string (*make)(const objects::Json&) = nullptr;  ///< of Shape::Made
};

/// What becomes of members that no field stands for.
enum class Unknown : std::uint8_t {
  Impossible,  ///< throws std::logic_error: the document is one of our own
  LeftOut,     ///< parts of it are what clients defined
};

struct MessageRow {
  std::span<const FieldRow> fields;
  int extension = 0;  ///< the number of what holds `x-` members; 0: there is none
  Unknown unknown = Unknown::Impossible;
  /// Stands for all members that have no field of their own, in a repeated {name 1, value 2}; may
  /// be null.
  const FieldRow* others = nullptr;
};

/// The bytes of a message. Documents nest only as deep as the rules of schemas allow.
std::string message(const MessageRow& row, const objects::Json& json);
/// A message whose only field is that one.
std::string in_field(int number, std::string_view bytes);

}  // namespace kaudit::apiserver::objects::openapi
