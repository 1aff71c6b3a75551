#include "apiserver/objects/openapi/v2_protobuf.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;

/// How a member of the JSON is a field of a message.
enum class Shape : std::uint8_t {
  String,
  Strings,  ///< repeated string
  Bool,
  Any,   ///< openapi.v2.Any, which holds its value as YAML
  Anys,  ///< repeated
  Message,
  Wrapped,     ///< a message whose field 1 is the value's message: SchemaItem, ItemsItem …
  TypeItem,    ///< a message with the repeated string 1
  Named,       ///< a message whose field `inner` is a repeated {name 1, value 2}
  Parameters,  ///< repeated ParametersItem
};

struct MessageRow;

struct FieldRow {
  std::string_view name;
  int number;
  Shape shape;
  const MessageRow* message = nullptr;
  int inner = 1;  ///< of Shape::Named
};

struct MessageRow {
  std::span<const FieldRow> fields;
  int extension;  ///< the number of vendor_extension; 0: there is none
};

extern const MessageRow kSchema;

constexpr FieldRow kInfoFields[] = {{"title", 1, Shape::String}, {"version", 2, Shape::String}};
constexpr MessageRow kInfo{kInfoFields, 7};

const FieldRow kSchemaFields[] = {
    {"$ref", 1, Shape::String},
    {"format", 2, Shape::String},
    {"description", 4, Shape::String},
    {"default", 5, Shape::Any},
    {"required", 19, Shape::Strings},
    {"enum", 20, Shape::Anys},
    {"additionalProperties", 21, Shape::Wrapped, &kSchema},
    {"type", 22, Shape::TypeItem},
    {"items", 23, Shape::Wrapped, &kSchema},
    {"properties", 25, Shape::Named, &kSchema},
};
const MessageRow kSchema{kSchemaFields, 31};

const FieldRow kResponseFields[] = {{"description", 1, Shape::String},
                                    {"schema", 2, Shape::Wrapped, &kSchema}};
const MessageRow kResponse{kResponseFields, 5};
/// ResponseValue: a response or a reference to one.
const FieldRow kResponseValueFields[] = {{"", 1, Shape::Message, &kResponse}};
const MessageRow kResponseValue{kResponseValueFields, 0};

const FieldRow kOperationFields[] = {
    {"tags", 1, Shape::Strings},
    {"description", 3, Shape::String},
    {"operationId", 5, Shape::String},
    {"produces", 6, Shape::Strings},
    {"consumes", 7, Shape::Strings},
    {"parameters", 8, Shape::Parameters},
    {"responses", 9, Shape::Named, &kResponseValue},
};
const MessageRow kOperation{kOperationFields, 13};

const FieldRow kPathItemFields[] = {
    {"get", 2, Shape::Message, &kOperation},   {"put", 3, Shape::Message, &kOperation},
    {"post", 4, Shape::Message, &kOperation},  {"delete", 5, Shape::Message, &kOperation},
    {"patch", 8, Shape::Message, &kOperation}, {"parameters", 9, Shape::Parameters},
};
const MessageRow kPathItem{kPathItemFields, 10};

const FieldRow kDocumentFields[] = {
    {"swagger", 1, Shape::String},
    {"info", 2, Shape::Message, &kInfo},
    {"paths", 8, Shape::Named, &kPathItem, 2},
    {"definitions", 9, Shape::Named, &kSchema},
};
const MessageRow kDocument{kDocumentFields, 16};

const FieldRow kBodyParameterFields[] = {
    {"description", 1, Shape::String},
    {"name", 2, Shape::String},
    {"in", 3, Shape::String},
    {"required", 4, Shape::Bool},
    {"schema", 5, Shape::Message, &kSchema},
};
const MessageRow kBodyParameter{kBodyParameterFields, 6};
const FieldRow kQueryParameterFields[] = {
    {"required", 1, Shape::Bool},     {"in", 2, Shape::String},   {"description", 3, Shape::String},
    {"name", 4, Shape::String},       {"type", 6, Shape::String}, {"format", 7, Shape::String},
    {"uniqueItems", 20, Shape::Bool},
};
const MessageRow kQueryParameter{kQueryParameterFields, 0};
const FieldRow kPathParameterFields[] = {
    {"required", 1, Shape::Bool},     {"in", 2, Shape::String},   {"description", 3, Shape::String},
    {"name", 4, Shape::String},       {"type", 5, Shape::String}, {"format", 6, Shape::String},
    {"uniqueItems", 19, Shape::Bool},
};
const MessageRow kPathParameter{kPathParameterFields, 0};

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

void append_field(std::string& out, int number, std::string_view bytes) {
  append_varint(out, static_cast<std::uint64_t>(number) << 3U | 2U);
  append_varint(out, bytes.size());
  out += bytes;
}

void append_flag(std::string& out, int number, bool value) {
  if (!value) return;
  append_varint(out, static_cast<std::uint64_t>(number) << 3U);
  out += '\x01';
}

std::string in_field(int number, std::string_view bytes) {
  std::string out;
  append_field(out, number, bytes);
  return out;
}

std::string message(const MessageRow& row, const Json& json);

std::string text_or_json(const Json& json) { return json.string() ? *json.string() : json.dump(); }

/// Any{yaml = 2}; JSON is YAML.
std::string any_message(const Json& json) { return in_field(2, json.dump() + "\n"); }

std::string name_and_value(std::string_view name, std::string_view value) {
  std::string out;
  append_field(out, 1, name);
  append_field(out, 2, value);
  return out;
}

/// ParametersItem{parameter = 1}, Parameter{body_parameter = 1, non_body_parameter = 2},
/// NonBodyParameter{query = 3, path = 4}.
std::string parameter_message(const Json& json) {
  const std::string_view in = json.text("in");
  if (in == "body") return in_field(1, in_field(1, message(kBodyParameter, json)));
  const bool query = in == "query";
  const std::string bytes = message(query ? kQueryParameter : kPathParameter, json);
  return in_field(1, in_field(2, in_field(query ? 3 : 4, bytes)));
}

template <typename Encode>
void append_each(std::string& out, int number, const Json& json, Encode encode) {
  for (const Json& item : *json.array()) append_field(out, number, encode(item));
}

void append_member(std::string& out, const FieldRow& field, const Json& json) {
  switch (field.shape) {
    case Shape::String:
      return append_field(out, field.number, text_or_json(json));
    case Shape::Strings:
      return append_each(out, field.number, json, text_or_json);
    case Shape::Bool:
      return append_flag(out, field.number, json.boolean() != nullptr && *json.boolean());
    case Shape::Any:
      return append_field(out, field.number, any_message(json));
    case Shape::Anys:
      return append_each(out, field.number, json, any_message);
    case Shape::Message:
      return append_field(out, field.number, message(*field.message, json));
    case Shape::Wrapped:
      return append_field(out, field.number, in_field(1, message(*field.message, json)));
    case Shape::TypeItem:
      return append_field(out, field.number, in_field(1, text_or_json(json)));
    case Shape::Parameters:
      return append_each(out, field.number, json, parameter_message);
    case Shape::Named:
      break;
  }
  std::string inner;
  for (const Json::Member& member : *json.object()) {
    append_field(inner, field.inner,
                 name_and_value(member.name, message(*field.message, member.value)));
  }
  append_field(out, field.number, inner);
}

std::string message(const MessageRow& row, const Json& json) {
  std::string out;
  // A message that only wraps another has one field without a name.
  if (row.fields.size() == 1 && row.fields[0].name.empty()) {
    append_member(out, row.fields[0], json);
    return out;
  }
  for (const Json::Member& member : *json.object()) {
    if (member.name.starts_with("x-")) {
      append_field(out, row.extension, name_and_value(member.name, any_message(member.value)));
      continue;
    }
    const FieldRow* field = nullptr;
    for (const FieldRow& candidate : row.fields) {
      if (candidate.name == member.name) field = &candidate;
    }
    if (field == nullptr) throw std::logic_error("openapi v2: no field for " + member.name);
    append_member(out, *field, member.value);
  }
  return out;
}

}  // namespace

std::string protobuf_of_v2(const Json& document) { return message(kDocument, document); }

}  // namespace kaudit::apiserver::objects::openapi
