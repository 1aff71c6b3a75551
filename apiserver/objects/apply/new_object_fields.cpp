#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/keyed_elements.hpp"
#include "apiserver/objects/apply/list_paths.hpp"
#include "apiserver/objects/apply/sorted_members.hpp"
#include "apiserver/objects/apply/struct_members.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"
#include "apiserver/objects/apply/values.hpp"
#include "apiserver/objects/tree/tree_writer.hpp"
#include "base/json/spare_text.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

bool has_children(const Json* value) {
  if (value == nullptr) return false;
  if (const Json::Array* elements = value->array()) return !elements->empty();
  return value->object() != nullptr && !value->object()->empty();
}

const PathSet::Entry* entry_of(const PathSet* set, std::string_view name) {
  if (set == nullptr) return nullptr;
  for (const PathSet::Entry& entry : set->entries()) {
    if (entry.element.name() != nullptr && *entry.element.name() == name) return &entry;
  }
  return nullptr;
}

const PathSet* below(const PathSet::Entry* entry) { return entry ? &entry->below : nullptr; }

/// What there is at a place that an empty object has, too.
struct Place {
  const Json* empty = nullptr;       // null: an empty object has nothing there
  const PathSet* reset = nullptr;    // below it; null: nothing
  const PathSet* unowned = nullptr;  // likewise
  bool nobodys = false;              // nobody can own the value itself
  bool left_out = false;             // nor anything below it

  bool is_nothing() const noexcept {
    return empty == nullptr && reset == nullptr && unowned == nullptr;
  }
  /// Of the member of that name.
  Place at(const TreeText& name) const {
    const PathSet::Entry* const reset_here = entry_of(reset, name);
    const PathSet::Entry* const unowned_here = entry_of(unowned, name);
    return {empty != nullptr ? empty->find(name) : nullptr, below(reset_here), below(unowned_here),
            unowned_here != nullptr && unowned_here->member,
            reset_here != nullptr && reset_here->member};
  }
};

// Most of an object is where an empty one has nothing.
constexpr Place kNothing;

class NewFields {
 public:
  /// Writes what FieldsV1 says of the value, and a comma: an object. False when it is nothing: then
  /// nothing is written.
  bool add(const Json& value, const MergeType& type, const Place& place) {
    const Shape shape = type.shape(&value);
    if (place.empty != nullptr && type.shape(place.empty) != shape) fits_ = false;
    const bool leaf = shape == Shape::Scalar || type.atomic(shape) ||
                      (!has_children(&value) && !has_children(place.empty));
    if (leaf) return add_leaf(value, place);
    return add_parts(place, [&] {
      if (shape == Shape::List) {
        add_elements(value, type, place);
      } else if (const Type* const fields = type.struct_type(); fields && value.object()) {
        add_struct(*value.object(), *fields, place);
      } else {
        add_entries(value, type, place);
      }
    });
  }

  bool fits() const noexcept { return fits_; }
  /// What was written; "" for what says nothing.
  TreeText finish() {
    out_.flush();
    std::string_view fields = *text_;
    if (!fields.empty()) fields.remove_suffix(1);  // the comma
    return fields == "{}" ? std::string_view() : fields;
  }

 private:
  // What is owned as one.
  bool add_leaf(const Json& value, const Place& place) {
    if (place.nobodys || (place.empty != nullptr && same_value(*place.empty, value))) return false;
    out_.literal("{},");
    return true;
  }

  // What is owned, and what is below it.
  template <typename AddAll>
  bool add_parts(const Place& place, const AddAll& add_all) {
    const bool owned = place.empty == nullptr && !place.nobodys;
    const std::size_t begin = out_.size();
    out_.open('{');
    if (owned) out_.literal(R"(".":{},)");
    const std::size_t begun = out_.size();
    add_all();
    if (out_.size() == begun) {  // nothing is below
      out_.cut(begin);
      if (owned) out_.literal("{},");
      return owned;
    }
    out_.close('}');
    return true;
  }

  // What add() does, without a look at what the table says at once.
  bool add_member(const Json& value, const Field& field, const Place& place) {
    const Type& type = *field.type;
    if (type.kind == TypeKind::Struct && type.special == Special::None) {
      const StructType mark =
          field.struct_type != StructType::Unmarked ? field.struct_type : type.struct_type;
      if (mark != StructType::Atomic && value.object() != nullptr && !value.object()->empty()) {
        return add_parts(place, [&] { add_struct(*value.object(), type, place); });
      }
    } else if (type.kind == TypeKind::List &&
               (field.list_type == ListType::Unmarked || field.list_type == ListType::Atomic)) {
      return add_leaf(value, place);
    } else if (type.kind == TypeKind::Map && field.map_type != MapType::Atomic &&
               is_scalar(type.element->kind) && place.is_nothing() && value.object() != nullptr &&
               !value.object()->empty()) {
      return add_parts(place, [&] {
        for (const Json::Member* const member : sorted_members(&value)) {
          out_.name("f:", member->name);
          out_.literal("{},");
        }
      });
    }
    return add(value, MergeType::of_field(field), place);
  }

  void add_struct(const Json::Object& members, const Type& type, const Place& place) {
    const StructMembers sorted(members, type);
    if (place.is_nothing()) {
      sorted.each([&](const Json::Member& member, const Field& field) {
        if (is_scalar(field.type->kind)) {
          out_.framed("\"f:", member.name, "\":{},");
          return;
        }
        const std::size_t begin = out_.size();
        out_.framed("\"f:", member.name, "\":");
        if (!add_member(member.value, field, kNothing)) out_.cut(begin);
      });
      return;
    }
    sorted.each([&](const Json::Member& member, const Field& field) {
      const Place inner = place.at(member.name);
      if (inner.left_out) return;
      const std::size_t begin = out_.size();
      out_.framed("\"f:", member.name, "\":");
      const bool added = is_scalar(field.type->kind) ? add_leaf(member.value, inner)
                                                     : add_member(member.value, field, inner);
      if (!added) out_.cut(begin);
    });
  }

  // Of a map, or of an object without a struct.
  void add_entries(const Json& map, const MergeType& type, const Place& place) {
    for (const Json::Member* const member : sorted_members(&map)) {
      const auto of_member = type.member(member->name);
      if (!of_member) continue;
      const Place inner = place.is_nothing() ? kNothing : place.at(member->name);
      if (inner.left_out) continue;
      const std::size_t begin = out_.size();
      out_.name("f:", member->name);
      if (!add(member->value, *of_member, inner)) out_.cut(begin);
    }
  }

  void add_elements(const Json& list, const MergeType& type, const Place& place) {
    if (has_children(place.empty)) fits_ = false;
    if (const auto keyed = keyed_elements(list, type.list_keys())) {
      for (const KeyedElement& element : keyed->elements) {
        const std::size_t begin = out_.size();
        add_name(*keyed, element);
        if (!add(*element.value, type.element(), kNothing)) out_.cut(begin);
      }
      return;
    }
    const auto elements = sorted_elements(&list, type);
    for (auto element = elements.begin(); element != elements.end();) {
      const auto end = end_of_run(element, elements.end());
      const std::size_t begin = out_.size();
      name_->clear();
      element->path.append_fields_v1_name(*name_);
      out_.name(*name_);
      // Equal elements are owned as one.
      if (end - element > 1) {
        out_.literal("{},");
      } else if (!add(*element->value, type.element(), kNothing)) {
        out_.cut(begin);
      }
      element = end;
    }
  }

  // As PathElement has it, whose JSON is within a string here.
  void add_name(const KeyedElements& list, const KeyedElement& element) {
    out_.literal(R"("k:{)");
    for (std::size_t i = 0; i < list.count; ++i) {
      if (i != 0) out_.character(',');
      out_.literal(R"(\")");
      out_.raw(list.names[i]);
      out_.literal(R"(\":)");
      out_.value_in_string(*element.keys[i]);
    }
    out_.literal(R"(}":)");
  }

  bool fits_ = true;
  SpareText name_;  // of an element
  SpareText text_;
  TreeWriter out_{*text_};
};

}  // namespace

std::optional<TreeText> fields_of_new(const Json& empty, const Json& object, const MergeType& type,
                                      const PathSet& reset, const PathSet& unowned) {
  NewFields walk;
  walk.add(object, type, {&empty, &reset, &unowned});
  if (!walk.fits()) return std::nullopt;
  return walk.finish();
}

}  // namespace kaudit::apiserver::objects::apply
