#include <utility>

#include "apiserver/objects/apply/list_paths.hpp"
#include "apiserver/objects/apply/sorted_members.hpp"
#include "apiserver/objects/apply/struct_members.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"
#include "apiserver/objects/apply/values.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

/// The differences at and below one path.
struct Difference {
  struct Part {
    bool member = false;
    PathSet below;
  };
  Part removed;
  Part modified;
  Part added;

  bool nothing() const noexcept {
    const auto empty = [](const Part& part) { return !part.member && part.below.empty(); };
    return empty(removed) && empty(modified) && empty(added);
  }

  void append(PathElement element, Difference&& other) {
    append_part(removed, element, std::move(other.removed));
    append_part(modified, element, std::move(other.modified));
    append_part(added, std::move(element), std::move(other.added));  // all there is of a new object
  }

  void sort() {
    for (Part* part : {&removed, &modified, &added}) part->below.sort();
  }

 private:
  template <typename Element>
  static void append_part(Part& part, Element&& element, Part&& other) {
    if (other.member || !other.below.empty()) {
      part.below.append({std::forward<Element>(element), other.member, std::move(other.below)});
    }
  }
};

/// Whether a value is owned as one, so that nothing below it is looked at.
enum class Depth { Leaf, Inner };

bool no_elements(const Json* value) {
  return value == nullptr || !value->array() || value->array()->empty();
}

bool no_members(const Json* value) {
  return value == nullptr || !value->object() || value->object()->empty();
}

/// Levels on which a part that is the same on both sides is passed at once: to see that takes a
/// walk along it, so not on each.
constexpr unsigned kComparedFirst = 3;

Difference difference_of(const Json* from, const Json* to, const MergeType& type, unsigned level);

Depth compare_leaf(const Json* from, const Json* to, Difference& difference) {
  if (from == nullptr) {
    difference.added.member = true;
  } else if (to == nullptr) {
    difference.removed.member = true;
  } else if (!same_value(*from, *to)) {
    difference.modified.member = true;
  }
  return Depth::Leaf;
}

using Elements = ListedElements;

bool all_same(Elements::const_iterator a, Elements::const_iterator a_end,
              Elements::const_iterator b, Elements::const_iterator b_end) {
  return std::equal(a, a_end, b, b_end, [](const ListedElement& x, const ListedElement& y) {
    return same_value(*x.value, *y.value);
  });
}

// Elements with one path on either side; more than one on a side are compared as a whole.
Difference compare_run(Elements::const_iterator a, Elements::const_iterator a_end,
                       Elements::const_iterator b, Elements::const_iterator b_end,
                       const MergeType& element, unsigned level) {
  const auto a_count = a_end - a;
  const auto b_count = b_end - b;
  const Json* from = a_count > 0 ? a->value : nullptr;
  const Json* to = b_count > 0 ? b->value : nullptr;
  if (a_count <= 1 && b_count <= 1) return difference_of(from, to, element, level);
  Difference difference;
  if (a_count >= 2 && b_count >= 2) {
    difference.modified.member = !all_same(a, a_end, b, b_end);
  } else if (a_count >= 2) {
    if (to) difference = difference_of(nullptr, to, element, level);
    difference.removed.member = true;
  } else {
    if (from) difference = difference_of(from, nullptr, element, level);
    difference.added.member = true;
  }
  return difference;
}

Depth compare_lists(const Json* from, const Json* to, const MergeType& type, unsigned level,
                    Difference& difference) {
  if (type.atomic(Shape::List) || (no_elements(from) && no_elements(to))) {
    return compare_leaf(from, to, difference);
  }
  const Elements left = sorted_elements(from, type);
  const Elements right = sorted_elements(to, type);
  auto l = left.begin();
  auto r = right.begin();
  while (l != left.end() || r != right.end()) {
    const int order = l == left.end() ? 1 : r == right.end() ? -1 : l->path.compare(r->path);
    const auto l_end = order <= 0 ? end_of_run(l, left.end()) : l;
    const auto r_end = order >= 0 ? end_of_run(r, right.end()) : r;
    Difference of_element = compare_run(l, l_end, r, r_end, type.element(), level + 1);
    if (!of_element.nothing()) {
      difference.append(order <= 0 ? l->path : r->path, std::move(of_element));
    }
    l = l_end;
    r = r_end;
  }
  return Depth::Inner;
}

Depth compare_maps(const Json* from, const Json* to, const MergeType& type, unsigned level,
                   Difference& difference) {
  if (type.atomic(Shape::Map) || (no_members(from) && no_members(to))) {
    return compare_leaf(from, to, difference);
  }
  const auto same = [level](const Json* left, const Json* right) {
    const bool looks = level < kComparedFirst && left != nullptr && right != nullptr;
    return looks && same_value(*left, *right);
  };
  const auto note = [&](const TreeText& name, const MergeType& member, const Json* left,
                        const Json* right) {
    Difference of_member = difference_of(left, right, member, level + 1);
    if (!of_member.nothing()) difference.append(PathElement::field(name), std::move(of_member));
  };
  const Type* const fields = type.struct_type();
  if (fields != nullptr && from && to && from->object() && to->object()) {
    const StructMembers others(*to->object(), *fields);
    StructMembers(*from->object(), *fields)
        .zip(others,
             [&](const TreeText& name, const Field& field, const Json* left, const Json* right) {
               if (!same(left, right)) note(name, MergeType::of_field(field), left, right);
             });
    return Depth::Inner;
  }
  zip_members(from, to, [&](const TreeText& name, const Json* left, const Json* right) {
    if (same(left, right)) return;
    if (const auto member = type.member(name)) note(name, *member, left, right);
  });
  return Depth::Inner;
}

Depth compare_as(Shape shape, const Json* from, const Json* to, const MergeType& type,
                 unsigned level, Difference& difference) {
  switch (shape) {
    case Shape::Scalar:
      return compare_leaf(from, to, difference);
    case Shape::List:
      return compare_lists(from, to, type, level, difference);
    case Shape::Map:
    case Shape::Any:
      break;
  }
  return compare_maps(from, to, type, level, difference);
}

Difference difference_of(const Json* from, const Json* to, const MergeType& type, unsigned level) {
  Difference difference;
  const Shape before = type.shape(from);
  const Shape after = type.shape(to);
  const bool looked_at_twice = from && to && before != after;
  if (looked_at_twice) compare_as(before, from, to, type, level, difference);
  const Depth depth = compare_as(to ? after : before, from, to, type, level, difference);
  if (looked_at_twice) difference.sort();
  if (depth == Depth::Inner) {
    if (from == nullptr) difference.added.member = true;
    if (to == nullptr) difference.removed.member = true;
  }
  return difference;
}

}  // namespace

Comparison compare(const Json& from, const Json& to, const MergeType& type) {
  Difference all = difference_of(&from, &to, type, 0);
  return {std::move(all.removed.below), std::move(all.modified.below), std::move(all.added.below)};
}

}  // namespace kaudit::apiserver::objects::apply
