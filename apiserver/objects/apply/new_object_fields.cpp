#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/list_paths.hpp"
#include "apiserver/objects/apply/sorted_members.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"
#include "apiserver/objects/apply/values.hpp"
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
  const Json* empty;       // null: an empty object has nothing there
  const PathSet* reset;    // below it; null: nothing
  const PathSet* unowned;  // likewise
};

class NewFields {
 public:
  /// What FieldsV1 says of the value: an object. False when it is nothing.
  bool add(const Json& value, const MergeType& type, const Place& place, bool nobodys,
           Json::Object& fields) {
    const Shape shape = type.shape(&value);
    if (place.empty != nullptr && type.shape(place.empty) != shape) fits_ = false;
    const bool leaf = shape == Shape::Scalar || type.atomic(shape) ||
                      (!has_children(&value) && !has_children(place.empty));
    if (leaf) {
      return !nobodys && (place.empty == nullptr || !same_value(*place.empty, value));
    }
    const bool owned = place.empty == nullptr && !nobodys;
    if (shape == Shape::List) {
      add_elements(value, type, place, owned, fields);
    } else {
      add_members(value, type, place, owned, fields);
    }
    if (owned && fields.size() == 1) fields.clear();  // nothing is below
    return owned || !fields.empty();
  }

  bool fits() const noexcept { return fits_; }

 private:
  static void begin(std::size_t size, bool owned, Json::Object& fields) {
    fields.reserve(size + 1);
    if (owned) fields.push_back({TreeText::of_static("."), Json(Json::Object())});
  }

  void add_members(const Json& map, const MergeType& type, const Place& place, bool owned,
                   Json::Object& fields) {
    const SortedMembers members = sorted_members(&map);
    begin(members.size(), owned, fields);
    for (const Json::Member* const member : members) {
      const auto of_member = type.member(member->name);
      if (!of_member) continue;
      const PathSet::Entry* const reset = entry_of(place.reset, member->name);
      if (reset != nullptr && reset->member) continue;
      const PathSet::Entry* const unowned = entry_of(place.unowned, member->name);
      const Json* const empty = place.empty != nullptr ? place.empty->find(member->name) : nullptr;
      Json::Object of_value;
      if (add(member->value, *of_member, {empty, below(reset), below(unowned)},
              unowned != nullptr && unowned->member, of_value)) {
        Json::Member& field = fields.emplace_back();
        field.name = TreeText::joined("f:", member->name);
        field.value = Json(std::move(of_value));
      }
    }
  }

  void add_elements(const Json& list, const MergeType& type, const Place& place, bool owned,
                    Json::Object& fields) {
    if (has_children(place.empty)) fits_ = false;
    const auto elements = sorted_elements(&list, type);
    begin(elements.size(), owned, fields);
    for (auto element = elements.begin(); element != elements.end();) {
      const auto end = end_of_run(element, elements.end());
      Json::Object of_element;
      // Equal elements are owned as one.
      if (end - element > 1 ||
          add(*element->value, type.element(), {nullptr, nullptr, nullptr}, false, of_element)) {
        text_->clear();
        element->path.append_fields_v1_name(*text_);
        fields.push_back({*text_, Json(std::move(of_element))});
      }
      element = end;
    }
  }

  bool fits_ = true;
  SpareText text_;
};

}  // namespace

std::optional<Json> fields_of_new(const Json& empty, const Json& object, const MergeType& type,
                                  const PathSet& reset, const PathSet& unowned) {
  NewFields walk;
  Json::Object fields;
  walk.add(object, type, {&empty, &reset, &unowned}, false, fields);
  if (!walk.fits()) return std::nullopt;
  return Json(std::move(fields));
}

}  // namespace kaudit::apiserver::objects::apply
