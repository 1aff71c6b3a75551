#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/tree/block_pool.hpp"
#include "apiserver/objects/types/typed_members.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/json/compact_json.hpp"
#include "base/result.hpp"
#include "base/text/base64.hpp"
#include "base/text/duration.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::objects {

inline constexpr Value kAbsent{};

inline bool is_zero_time(const Value& value) {
  return !value.set || (value.integer == Timestamp::kZeroSeconds && value.size == 0);
}

inline bool is_omitted(const Field& field, const Value& value) {
  if (field.omit == Omit::Never) return false;
  if (field.omit == Omit::Zero) return is_zero_time(value);
  if (field.pointer) return !value.set;
  switch (field.type->kind) {
    case TypeKind::Time:
    case TypeKind::MicroTime:
    case TypeKind::Duration:
    case TypeKind::Quantity:
    case TypeKind::IntOrString:
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
    case TypeKind::Json:
    case TypeKind::Struct:
      return false;  // a Go struct is never empty
    default:
      return is_unset(field, value);
  }
}

/// Writes a value of a type down as Go's encoding/json does: into `Sink`, which makes text or a
/// tree of it. In a loop, whatever the nesting. (types.hpp; README.md)
template <typename Sink>
class TypedWalk {
 public:
  explicit TypedWalk(Sink& out) : out_(out) {}

  /// Error: what cannot be written, or is too large.

  Result<void> run(const Type& type, const Value& value) {
    write(type, value);
    while (!frames_.empty() && error_.empty()) {
      if (out_.size() > kMostJsonBytes) {
        return fail("the object is too large: more than " + std::to_string(kMostJsonBytes) +
                    " bytes of JSON");
      }
      Frame& top = frames_.back();
      switch (top.type->kind) {
        case TypeKind::Struct:
          write_members(top);
          break;
        case TypeKind::Map:
          write_entries(top);
          break;
        default:
          write_elements(top);
          break;
      }
    }
    if (!error_.empty()) return fail(std::move(error_));
    return {};
  }

 private:
  // An object or array that is being written.
  struct Frame {
    const Type* type;
    const Value* value;
    std::uint64_t pending;    // members still to come
    std::uint32_t index = 0;  // of the next entry or element
    bool begun = false;       // a comma comes before the next
  };

  void separate(Frame& frame) {
    if (frame.begun) out_.separate();
    frame.begun = true;
  }

  // As in the reader, these go on until a child needs a frame of its own. write() says when.
  void write_members(Frame& frame) {
    const StructValue* const object = frame.value->set ? frame.value->object : nullptr;
    while (frame.pending != 0) {
      const auto place = static_cast<std::size_t>(std::countr_zero(frame.pending));
      frame.pending &= frame.pending - 1;
      const Field& field = *frame.type->members[place].field;
      const Value* value = object ? object->find(place) : nullptr;
      if (value == nullptr) value = &kAbsent;
      if (is_omitted(field, *value)) continue;
      separate(frame);
      out_.name(field.name);
      if (field.pointer && !value->set) {
        out_.null();
      } else if (write(*field.type, *value)) {
        return;
      }
    }
    out_.close_object();
    frames_.pop_back();
  }

  void write_entries(Frame& frame) {
    const MapValue& map = *frame.value->map;
    while (frame.index < map.size) {
      const MapEntry& entry = map.entries[frame.index++];
      separate(frame);
      out_.key(entry.key);
      if (write(*frame.type->element, entry.value)) return;
    }
    out_.close_object();
    frames_.pop_back();
  }

  void write_elements(Frame& frame) {
    const ListValue& list = *frame.value->list;
    while (frame.index < list.size) {
      separate(frame);
      if (write(*frame.type->element, list.values[frame.index++])) return;
    }
    out_.close_array();
    frames_.pop_back();
  }

  // True when the value got a frame of its own.
  bool write(const Type& type, const Value& value) {
    switch (type.kind) {
      case TypeKind::String:
        out_.string(value.set ? value.view() : std::string_view());
        return false;
      case TypeKind::Bool:
        out_.boolean(value.set && value.integer != 0);
        return false;
      case TypeKind::Int32:
      case TypeKind::Int64:
        out_.integer(value.set ? value.integer : 0);
        return false;
      case TypeKind::Double:
        write_double(value.set ? value.number : 0);
        return false;
      case TypeKind::Bytes:
        write_bytes(value);
        return false;
      case TypeKind::Time:
      case TypeKind::MicroTime:
        write_time(type, value);
        return false;
      case TypeKind::Duration:
        out_.string(duration_text(std::chrono::nanoseconds(value.set ? value.integer : 0)));
        return false;
      case TypeKind::Quantity:
        out_.string(value.set ? value.view() : "0");
        return false;
      case TypeKind::IntOrString:
        write_int_or_string(value);
        return false;
      case TypeKind::Raw:
      case TypeKind::FieldsV1:
      case TypeKind::Json:
      case TypeKind::Any:
        write_raw(type, value);
        return false;
      case TypeKind::Struct:
        return type.special == Special::None ? open_struct(type, value) : write_union(type, value);
      case TypeKind::List:
        return open_list(type, value);
      case TypeKind::Map:
        return open_map(type, value);
    }
    return false;
  }

  bool open_struct(const Type& type, const Value& value) {
    const std::uint64_t given = value.set && value.object ? value.object->given : 0;
    const std::uint64_t pending = given | type.always;
    out_.open_object(static_cast<std::size_t>(std::popcount(pending)));
    frames_.push_back({&type, &value, pending});
    return true;
  }

  bool open_list(const Type& type, const Value& value) {
    if (!value.set) {
      out_.null();
      return false;
    }
    out_.open_array(value.list != nullptr ? value.list->size : 0);
    if (value.list == nullptr || value.list->size == 0) {
      out_.close_array();
      return false;
    }
    frames_.push_back({&type, &value, 0});
    return true;
  }

  bool open_map(const Type& type, const Value& value) {
    if (!value.set) {
      out_.null();
      return false;
    }
    out_.open_object(value.map != nullptr ? value.map->size : 0);
    if (value.map == nullptr || value.map->size == 0) {
      out_.close_object();
      return false;
    }
    MapValue& map = *value.map;
    if (!map.ascending) {
      std::sort(map.entries, map.entries + map.size,
                [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
      map.ascending = true;
      map.index = nullptr;
    }
    frames_.push_back({&type, &value, 0});
    return true;
  }

  bool write_union(const Type& type, const Value& value) {
    const auto find = [&](std::string_view name) -> const Value* {
      const Member* member = type.find(name);
      if (member == nullptr || !value.set || value.object == nullptr) return nullptr;
      const Value* found = value.object->find(static_cast<std::size_t>(member - &type.members[0]));
      return found != nullptr && found->set ? found : nullptr;
    };
    const Value* const schema = find("Schema");
    const auto write_schema = [&] { return write(*type.find("Schema")->field->type, *schema); };
    if (type.special == Special::SchemaOrBool) {
      if (schema != nullptr) return write_schema();
      const Value* const allows = find("Allows");
      out_.boolean(allows != nullptr && allows->integer != 0);
      return false;
    }
    const std::string_view name =
        type.special == Special::SchemaOrArray ? "JSONSchemas" : "Property";
    const Value* const list = find(name);
    if (list != nullptr && list->list != nullptr && list->list->size != 0) {
      return write(*type.find(name)->field->type, *list);
    }
    if (schema != nullptr) return write_schema();
    out_.null();
    return false;
  }

  void write_double(double number) {
    if (!std::isfinite(number)) {
      error_ = std::string("json: unsupported value: ") + (std::isnan(number) ? "NaN"
                                                           : number > 0       ? "+Inf"
                                                                              : "-Inf");
      return;
    }
    out_.number(number);
  }

  void write_bytes(const Value& value) {
    if (!value.set) return out_.null();
    out_.plain(base64_encode(value.view()));
  }

  void write_time(const Type& type, const Value& value) {
    if (is_zero_time(value)) return out_.null();
    char text[kTimeSize];
    const char* const end =
        write_rfc3339(text, {value.integer, value.size * 1000},
                      type.kind == TypeKind::Time ? TimeForm::Time : TimeForm::MicroTime);
    out_.plain({text, static_cast<std::size_t>(end - text)});
  }

  void write_int_or_string(const Value& value) {
    if (!value.set) return out_.integer(0);
    switch (value.which) {
      case IntOrText::Int:
        return out_.integer(value.integer);
      case IntOrText::Text:
        return out_.string(value.view());
      case IntOrText::Impossible:
        error_ = "impossible IntOrString.Type";
        return;
    }
  }

  // From JSON it is compact already; from protobuf nobody has looked at it.
  void write_raw(const Type& type, const Value& value) {
    if (!value.set || value.text == nullptr || (type.kind == TypeKind::Json && value.size == 0)) {
      return out_.null();
    }
    if (value.compact) return out_.raw(value.view());
    const auto compact = compact_json(value.view());
    if (!compact) {
      error_ = "json: error calling MarshalJSON: " + describe(compact.error(), value.view());
      return;
    }
    if (!is_utf8(*compact)) {
      error_ = "raw JSON that is not UTF-8";
      return;
    }
    out_.raw(*compact);
  }

  Sink& out_;
  std::vector<Frame, Recycled<Frame>> frames_;
  std::string error_;
};

}  // namespace kaudit::apiserver::objects
