#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/block_pool.hpp"
#include "apiserver/objects/types/leaf_writer.hpp"
#include "apiserver/objects/types/typed_members.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

inline constexpr Value kAbsent{};

/// Writes a value of a type down as Go's encoding/json does: into `Sink`, which makes text or a
/// tree of it. In a loop, whatever the nesting. (types.hpp; README.md)
template <typename Sink>
class TypedWalk {
 public:
  explicit TypedWalk(Sink& out) : out_(out) {}

  /// Error: what cannot be written, or is too large.
  Result<void> run(const Type& type, const Value& value) {
    frames_.reserve(kUsualDepth);
    write(type, value);
    while (!frames_.empty() && leaves_.error().empty()) {
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
    if (!leaves_.error().empty()) return fail(leaves_.error());
    return {};
  }

 private:
  using Container = typename Sink::Container;

  // An object or array that is being written.
  struct Frame {
    const Type* type;
    const Value* value;
    std::uint64_t pending;  // members still to come
    Container container;
    std::uint32_t index = 0;  // of the next value, entry or element
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
      const bool given = object != nullptr && (object->given >> place & 1U) != 0;
      const Value* value = given ? &object->values[frame.index++] : &kAbsent;
      if (is_omitted(field, *value)) continue;
      separate(frame);
      out_.name(frame.container, field);
      if (field.pointer && !value->set) {
        out_.null();
      } else if (write_usual(*field.type, *value)) {
        return;
      }
    }
    out_.close_object(frame.container);
    frames_.pop_back();
  }

  void write_entries(Frame& frame) {
    const MapValue& map = *frame.value->map;
    while (frame.index < map.size) {
      const MapEntry& entry = map.entries[frame.index++];
      separate(frame);
      out_.key(frame.container, entry.key);
      if (write_usual(*frame.type->element, entry.value)) return;
    }
    out_.close_object(frame.container);
    frames_.pop_back();
  }

  void write_elements(Frame& frame) {
    const ListValue& list = *frame.value->list;
    while (frame.index < list.size) {
      separate(frame);
      out_.element(frame.container);
      if (write_usual(*frame.type->element, list.values[frame.index++])) return;
    }
    out_.close_array(frame.container);
    frames_.pop_back();
  }

  // The same as write(), which what most values are does not come to.
  [[gnu::always_inline]] bool write_usual(const Type& type, const Value& value) {
    if (type.kind == TypeKind::String) {
      leaves_.write_text(value);
      return false;
    }
    if (type.kind == TypeKind::Struct && type.special == Special::None) {
      return open_struct(type, value);
    }
    return write(type, value);
  }

  // True when the value got a frame of its own.
  bool write(const Type& type, const Value& value) {
    switch (type.kind) {
      case TypeKind::Struct:
        return type.special == Special::None ? open_struct(type, value) : write_union(type, value);
      case TypeKind::List:
        return open_list(type, value);
      case TypeKind::Map:
        return open_map(type, value);
      default:
        leaves_.write(type, value);
        return false;
    }
  }

  bool open_struct(const Type& type, const Value& value) {
    const std::uint64_t given = value.set && value.object ? value.object->given : 0;
    const std::uint64_t pending = given | type.always;
    frames_.push_back({&type, &value, pending, out_.open_struct(bit_count(pending))});
    return true;
  }

  bool open_list(const Type& type, const Value& value) {
    if (!value.set) {
      out_.null();
      return false;
    }
    const Container opened = out_.open_array(value.list != nullptr ? value.list->size : 0);
    if (value.list == nullptr || value.list->size == 0) {
      out_.close_array(opened);
      return false;
    }
    frames_.push_back({&type, &value, 0, opened});
    return true;
  }

  bool open_map(const Type& type, const Value& value) {
    if (!value.set) {
      out_.null();
      return false;
    }
    const Container opened = out_.open_map(value.map != nullptr ? value.map->size : 0);
    if (value.map == nullptr || value.map->size == 0) {
      out_.close_object(opened);
      return false;
    }
    MapValue& map = *value.map;
    if (!map.ascending) {
      std::sort(map.entries, map.entries + map.size,
                [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
      map.ascending = true;
      map.index = nullptr;
    }
    frames_.push_back({&type, &value, 0, opened});
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

  Sink& out_;
  LeafWriter<Sink> leaves_{out_};
  std::vector<Frame, Recycled<Frame>> frames_;
};

}  // namespace kaudit::apiserver::objects
