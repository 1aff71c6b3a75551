#include "apiserver/objects/openapi/message_tables.hpp"

#include <bit>
#include <cstddef>
#include <cstdlib>
#include <stdexcept>

#include "apiserver/objects/codec/protobuf_append.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;

void append_flag(std::string& out, int number, bool value) {
  if (!value) return;
  append_varint(out, static_cast<std::uint64_t>(number) << 3U);
  out += '\x01';
}

std::string text_or_json(const Json& json) {
  return json.string() ? std::string(*json.string()) : json.dump();
}

/// Any{yaml = 2}; JSON is YAML.
std::string any_message(const Json& json) { return in_field(2, json.dump() + "\n"); }

std::string name_and_value(std::string_view name, std::string_view value) {
  std::string out;
  append_field(out, 1, name);
  append_field(out, 2, value);
  return out;
}

void append_integer(std::string& out, int number, const Json& json) {
  if (json.number() == nullptr) return;
  const auto value = parse_int64(json.number()->text);
  if (!value) return;
  append_varint(out, static_cast<std::uint64_t>(number) << 3U);
  append_varint(out, static_cast<std::uint64_t>(*value));
}

void append_double(std::string& out, int number, const Json& json) {
  if (json.number() == nullptr) return;
  const double value = std::strtod(json.number()->text.c_str(), nullptr);
  append_varint(out, static_cast<std::uint64_t>(number) << 3U | 1U);
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8U) out += static_cast<char>(bits & 0xFFU);
}

/// {value = 1}, or {reference = 2} with {_ref = 1}.
std::string referable(const MessageRow& row, const Json& json) {
  if (const std::string_view reference = json.text("$ref"); !reference.empty()) {
    return in_field(2, in_field(1, reference));
  }
  return in_field(1, message(row, json));
}

std::string schema_or_bool(const MessageRow& row, const Json& json) {
  if (json.boolean() == nullptr) return in_field(1, referable(row, json));
  std::string out;
  append_varint(out, 2U << 3U);  // one of several: false is written, too
  append_varint(out, *json.boolean() ? 1 : 0);
  return out;
}

/// gnostic leaves lists and objects out.
std::string default_type(const Json& json) {
  std::string out;
  if (json.number() != nullptr) append_double(out, 1, json);
  if (json.string() != nullptr) append_field(out, 3, *json.string());
  if (json.boolean() != nullptr) {
    append_varint(out, 2U << 3U);
    append_varint(out, *json.boolean() ? 1 : 0);
  }
  return out;
}

void append_named(std::string& out, int number, const FieldRow& field, const Json::Member& member) {
  const std::string value = field.shape == Shape::NamedReferable
                                ? referable(*field.message, member.value)
                                : message(*field.message, member.value);
  append_field(out, number, name_and_value(member.name, value));
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
    case Shape::Made:
      return append_each(out, field.number, json, field.make);
    case Shape::Integer:
      return append_integer(out, field.number, json);
    case Shape::Double:
      return append_double(out, field.number, json);
    case Shape::Referable:
      return append_field(out, field.number, referable(*field.message, json));
    case Shape::Referables:
      return append_each(out, field.number, json,
                         [&field](const Json& each) { return referable(*field.message, each); });
    case Shape::WrappedReferable:
      return append_field(out, field.number, in_field(1, referable(*field.message, json)));
    case Shape::SchemaOrBool:
      return append_field(out, field.number, schema_or_bool(*field.message, json));
    case Shape::DefaultType:
      return append_field(out, field.number, default_type(json));
    case Shape::Named:
    case Shape::NamedReferable:
      break;
  }
  std::string inner;
  for (const Json::Member& member : *json.object()) {
    append_named(inner, field.inner, field, member);
  }
  append_field(out, field.number, inner);
}

}  // namespace

std::string message(const MessageRow& row, const Json& json) {
  std::string out;
  // A message that only wraps another has one field without a name.
  if (row.fields.size() == 1 && row.fields[0].name.empty()) {
    append_member(out, row.fields[0], json);
    return out;
  }
  for (const Json::Member& member : *json.object()) {
    if (member.name.starts_with("x-") && row.extension != 0) {
      append_field(out, row.extension, name_and_value(member.name, any_message(member.value)));
      continue;
    }
    const FieldRow* field = nullptr;
    for (const FieldRow& candidate : row.fields) {
      if (candidate.name == member.name) field = &candidate;
    }
    if (field != nullptr) {
      append_member(out, *field, member.value);
    } else if (row.others != nullptr) {
      append_named(out, row.others->number, *row.others, member);
    } else if (row.unknown == Unknown::Impossible) {
      throw std::logic_error("openapi: no field for " + member.name);
    }
  }
  return out;
}

std::string in_field(int number, std::string_view bytes) {
  std::string out;
  append_field(out, number, bytes);
  return out;
}

}  // namespace kaudit::apiserver::objects::openapi
