#include "apiserver/objects/defaults/defaults.hpp"

#include <algorithm>

#include "apiserver/objects/codec/json_reader.hpp"
#include "apiserver/objects/defaults/default_functions.hpp"
#include "apiserver/objects/defaults/defaults_table.hpp"
#include "apiserver/objects/types/typed_members.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects {
namespace {

std::size_t place_of(const Type& type) {
  return static_cast<std::size_t>(&type - named_types().data());
}

bool is_true(const Value& value) { return value.integer != 0; }

// What a condition compares: texts, and booleans as such.
std::string_view word_of(const TypedRef& ref) {
  if (!ref) return "";
  if (ref.type->kind == TypeKind::Bool) return is_true(*ref.value) ? "true" : "false";
  return ref.value->view();
}

class Defaulter {
 public:
  explicit Defaulter(Arena& arena) : arena_(arena) {}

  // Rules of the outer struct come before those of what it holds, as in Go. The generator has
  // checked that these types do not contain themselves: the recursion is as deep as the schema.
  void walk(const Type& type, Value& value, std::string_view kind) {
    const TypeDefaults* const defaults = defaults_of(place_of(type));
    if (defaults == nullptr) return;
    if (!type.gvks.empty()) kind = type.id;
    const TypedRef object{&type, &value};
    for (const DefaultRule& rule : defaults->rules) {
      if (rule.only.empty() || rule.only == kind) apply(rule, object);
    }
    for (const std::uint8_t place : defaults->members) {
      const Field& field = *type.members[place].field;
      Value* member = value.object ? value.object->find(place) : nullptr;
      if (member == nullptr || !member->set) {
        // A struct that is not a pointer is there without having been sent.
        if (field.pointer || !field.type->is_struct()) continue;
        if (value.object == nullptr) value.object = StructValue::make(arena_);
        member = &value.object->at(place, arena_);
        member->set = true;
      }
      walk_into(*field.type, *member, kind);
    }
  }

 private:
  void walk_into(const Type& type, Value& value, std::string_view kind) {
    switch (type.kind) {
      case TypeKind::Struct:
        return walk(type, value, kind);
      case TypeKind::List:
        if (value.list == nullptr) return;
        for (std::uint32_t i = 0; i < value.list->size; ++i) {
          value.list->values[i].set = true;
          walk_into(*type.element, value.list->values[i], kind);
        }
        return;
      case TypeKind::Map:
        if (value.map == nullptr) return;
        for (std::uint32_t i = 0; i < value.map->size; ++i) {
          value.map->entries[i].value.set = true;
          walk_into(*type.element, value.map->entries[i].value, kind);
        }
        return;
      default:
        return;
    }
  }

  static const Member& member_of(const TypedRef& object, std::uint8_t place) {
    return object.type->members[place];
  }

  static TypedRef find(TypedRef from, MemberPath path) {
    for (const std::uint8_t place : path) from = from.find(member_of(from, place));
    return from;
  }

  static bool is_missing(const TypedRef& object, MemberPath path) {
    const TypedRef holder = find(object, path.first(path.size() - 1));
    if (!holder) return true;
    const Member& member = member_of(holder, path.back());
    const TypedRef value = holder.find(member);
    return !value || is_unset(*member.field, *value.value);
  }

  static bool holds(const Condition& condition, const TypedRef& object) {
    switch (condition.test) {
      case Test::Missing:
        return is_missing(object, condition.path);
      case Test::Set:
        return !is_missing(object, condition.path);
      case Test::Is: {
        const std::string_view word = word_of(find(object, condition.path));
        return std::find(condition.values.begin(), condition.values.end(), word) !=
               condition.values.end();
      }
    }
    return false;
  }

  void apply(const DefaultRule& rule, const TypedRef& object) {
    if (!std::all_of(rule.conditions.begin(), rule.conditions.end(),
                     [&](const Condition& condition) { return holds(condition, object); })) {
      return;
    }
    if (rule.function != DefaultFunction::None) {
      apply_function(rule.function, object, arena_);
    } else if (!rule.from.empty()) {
      copy(rule, object);
    } else if (rule.path.size() == 1 && rule.value != "null") {
      set_member(rule, object);
    } else {
      set(rule.value, object, rule.path);
    }
  }

  // What set() does for a member of the struct itself, as most rules have it.
  void set_member(const DefaultRule& rule, const TypedRef& object) {
    const std::uint8_t place = rule.path.front();
    const Field& field = *object.type->members[place].field;
    StructValue*& members = object.value->object;
    Value* value = members != nullptr ? members->find(place) : nullptr;
    if (value != nullptr && value->set && !is_unset(field, *value)) return;
    if (value == nullptr) {
      object.value->set = true;
      if (members == nullptr) members = StructValue::make(arena_);
      value = &members->at(place, arena_);
    }
    assign(rule.value, rule.text, *field.type, *value);
  }

  void set(std::string_view json, const TypedRef& from, MemberPath path) {
    const Member& member = member_of(from, path.front());
    if (path.size() == 1 && json == "null") {
      if (const TypedRef there = from.find(member)) *there.value = Value();
      return;
    }
    if (path.size() > 1 && path[1] == kEach) {
      const TypedRef list = from.find(member);
      if (!list || list.value->list == nullptr) return;
      for (std::uint32_t i = 0; i < list.value->list->size; ++i) {
        set(json, {list.type->element, &list.value->list->values[i]}, path.subspan(2));
      }
      return;
    }
    if (path.size() > 1) {
      const TypedRef next = json == "null" ? from.find(member) : from.at(member, arena_);
      if (next.value == nullptr) return;
      // On the way to a default structs come into being.
      if (json != "null") next.value->set = true;
      return set(json, next, path.subspan(1));
    }
    const Field& field = *member.field;
    Value& value = *from.at(member, arena_).value;
    if (value.set && !is_unset(field, value)) return;
    assign(json, plain_text_in(json), *field.type, value);
  }

  void assign(std::string_view json, std::string_view text, const Type& type, Value& value) {
    value = Value();
    if (!assign_scalar(json, text, type, value)) {
      JsonReader(json, arena_, Strictness::Lenient).read(type, value);
    }
  }

  // Most defaults are texts without escapes and small numbers, which need no reader. `text`:
  // plain_text_in(json).
  static bool assign_scalar(std::string_view json, std::string_view text, const Type& type,
                            Value& value) {
    switch (type.kind) {
      case TypeKind::String:
        if (text.empty()) return false;
        value.assign(text);
        value.compact = true;
        return true;
      case TypeKind::Bool:
        value.assign(std::int64_t{json == "true"});
        return true;
      case TypeKind::Int32:
      case TypeKind::Int64: {
        const auto number = parse_int64(json);
        if (number) value.assign(*number);
        return number.has_value();
      }
      default:
        return false;
    }
  }

  // The whole member where there is none; with `*` those entries that are missing.
  void copy(const DefaultRule& rule, const TypedRef& object) {
    const bool entries = rule.path.back() == kEach;
    const TypedRef source =
        find(object, entries ? rule.from.first(rule.from.size() - 1) : rule.from);
    if (!source) return;
    const Value from = *source.value;  // at() below may move it
    if (!entries) {
      if (is_missing(object, rule.path)) *make(object, rule.path).value = from;
      return;
    }
    if (from.map == nullptr || from.map->size == 0) return;
    Value& target = *make(object, rule.path.first(rule.path.size() - 1)).value;
    target.set = true;
    if (target.map == nullptr) target.map = arena_.make<MapValue>();
    for (std::uint32_t i = 0; i < from.map->size; ++i) {
      const MapEntry& entry = from.map->entries[i];
      if (target.map->find(entry.key) == nullptr) {
        target.map->at(entry.key, arena_).value = entry.value;
      }
    }
  }

  TypedRef make(TypedRef from, MemberPath path) {
    for (const std::uint8_t place : path) from = from.at(member_of(from, place), arena_);
    return from;
  }

  Arena& arena_;
};

}  // namespace

bool has_defaults(const Type& type) noexcept { return defaults_of(place_of(type)) != nullptr; }

void apply_defaults(const Type& type, Value& object, Arena& arena) {
  Defaulter(arena).walk(type, object, type.id);
}

}  // namespace kaudit::apiserver::objects
