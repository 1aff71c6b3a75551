#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/list_paths.hpp"
#include "apiserver/objects/apply/sorted_members.hpp"
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
  const Json* empty;       // null: an empty object has nothing there
  const PathSet* reset;    // below it; null: nothing
  const PathSet* unowned;  // likewise
};

class NewFields {
 public:
  /// Writes what FieldsV1 says of the value, and a comma: an object. False when it is nothing: then
  /// nothing is written.
  bool add(const Json& value, const MergeType& type, const Place& place, bool nobodys) {
    const Shape shape = type.shape(&value);
    if (place.empty != nullptr && type.shape(place.empty) != shape) fits_ = false;
    const bool leaf = shape == Shape::Scalar || type.atomic(shape) ||
                      (!has_children(&value) && !has_children(place.empty));
    if (leaf) {
      if (nobodys || (place.empty != nullptr && same_value(*place.empty, value))) return false;
      out_.raw("{},");
      return true;
    }
    const bool owned = place.empty == nullptr && !nobodys;
    const std::size_t begin = out_.size();
    out_.open('{');
    if (owned) out_.raw(R"(".":{},)");
    const std::size_t begun = out_.size();
    if (shape == Shape::List) {
      add_elements(value, type, place);
    } else {
      add_members(value, type, place);
    }
    if (out_.size() == begun) {  // nothing is below
      out_.cut(begin);
      if (owned) out_.raw("{},");
      return owned;
    }
    out_.close('}');
    return true;
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
  void add_members(const Json& map, const MergeType& type, const Place& place) {
    for (const Json::Member* const member : sorted_members(&map)) {
      const auto of_member = type.member(member->name);
      if (!of_member) continue;
      const PathSet::Entry* const reset = entry_of(place.reset, member->name);
      if (reset != nullptr && reset->member) continue;
      const PathSet::Entry* const unowned = entry_of(place.unowned, member->name);
      const Json* const empty = place.empty != nullptr ? place.empty->find(member->name) : nullptr;
      const std::size_t begin = out_.size();
      out_.name("f:", member->name);
      if (!add(member->value, *of_member, {empty, below(reset), below(unowned)},
               unowned != nullptr && unowned->member)) {
        out_.cut(begin);
      }
    }
  }

  void add_elements(const Json& list, const MergeType& type, const Place& place) {
    if (has_children(place.empty)) fits_ = false;
    const auto elements = sorted_elements(&list, type);
    for (auto element = elements.begin(); element != elements.end();) {
      const auto end = end_of_run(element, elements.end());
      const std::size_t begin = out_.size();
      name_->clear();
      element->path.append_fields_v1_name(*name_);
      out_.name(*name_);
      // Equal elements are owned as one.
      if (end - element > 1) {
        out_.raw("{},");
      } else if (!add(*element->value, type.element(), {nullptr, nullptr, nullptr}, false)) {
        out_.cut(begin);
      }
      element = end;
    }
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
  walk.add(object, type, {&empty, &reset, &unowned}, false);
  if (!walk.fits()) return std::nullopt;
  return walk.finish();
}

}  // namespace kaudit::apiserver::objects::apply
