#include <optional>
#include <utility>

#include "apiserver/objects/apply/list_paths.hpp"
#include "apiserver/objects/apply/sorted_members.hpp"
#include "apiserver/objects/apply/struct_members.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

using Merged = std::optional<Json>;  // nothing: the value is not there

Merged merge_value(const Json* base, const Json* over, const MergeType& type);

bool is_empty(const Json* value) {
  if (value == nullptr) return true;
  if (value->object()) return value->object()->empty();
  return !value->array() || value->array()->empty();
}

Merged merge_leaf(const Json* base, const Json* over) {
  if (over) return *over;
  return *base;
}

/// Two lists on their way to one: the elements of `over` in its order, those that only `base` has
/// between them as near to where they were as that allows.
class ListMerge {
 public:
  ListMerge(const Json* base, const Json* over, const MergeType& type)
      : base_(listed_elements(base, type)), over_(listed_elements(over, type)), type_(type) {
    number_paths();
  }

  Merged run() {
    for (std::size_t b = 0, o = 0; b < base_.size() || o < over_.size();) {
      if (b < base_.size() && o < over_.size()) {
        const std::size_t path = base_path_[b];
        if (path == over_path_[o]) {
          take(path);
          ++b;
          ++o;
          advance_shared();
          continue;
        }
        // It comes where `over` has it; and what is shared next comes first.
        if (over_of_[path] && next_shared_ < shared_.size() && shared_[next_shared_] != path) {
          ++b;
          continue;
        }
      }
      if (b < base_.size()) {
        const std::size_t path = base_path_[b];
        if (!over_of_[path]) {
          add(merge_value(base_[b].value, nullptr, type_.element()));
          ++b;
          continue;
        }
        if (taken_[path]) ++b;
      }
      if (o < over_.size()) {
        const std::size_t path = over_path_[o];
        take(path);
        ++o;
        if (next_shared_ < shared_.size() && shared_[next_shared_] == path) advance_shared();
      }
    }
    if (out_.empty()) return std::nullopt;
    return Json(std::move(out_));
  }

 private:
  // Gives equal paths of both lists one number, and looks up what each number stands for.
  void number_paths() {
    std::vector<std::pair<const PathElement*, std::size_t*>> all;
    base_path_.resize(base_.size());
    over_path_.resize(over_.size());
    for (std::size_t i = 0; i < base_.size(); ++i) {
      all.emplace_back(&base_[i].path, &base_path_[i]);
    }
    for (std::size_t i = 0; i < over_.size(); ++i) {
      all.emplace_back(&over_[i].path, &over_path_[i]);
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return *a.first < *b.first; });
    std::size_t count = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == 0 || !(*all[i].first == *all[i - 1].first)) ++count;
      *all[i].second = count - 1;
    }
    base_of_.resize(count);
    over_of_.resize(count);
    taken_.resize(count);
    for (std::size_t i = 0; i < base_.size(); ++i) {
      const Json*& value = base_of_[base_path_[i]];
      value = value ? &kRepeated : base_[i].value;
    }
    for (std::size_t i = 0; i < over_.size(); ++i) over_of_[over_path_[i]] = over_[i].value;
    for (const std::size_t path : over_path_) {
      if (base_of_[path]) shared_.push_back(path);
    }
  }

  void advance_shared() {
    if (next_shared_ < shared_.size()) ++next_shared_;
  }

  void take(std::size_t path) {
    taken_[path] = true;
    add(merge_value(base_of_[path], over_of_[path], type_.element()));
  }

  void add(Merged element) {
    if (element) out_.push_back(*std::move(element));
  }

  static const Json kRepeated;  // stands for elements of `base` that cannot be told apart

  const ListedElements base_;
  const ListedElements over_;
  const MergeType type_;
  std::vector<std::size_t> base_path_;  // numbers of paths
  std::vector<std::size_t> over_path_;
  std::vector<const Json*> base_of_;  // by number; null: not there
  std::vector<const Json*> over_of_;
  std::vector<bool> taken_;
  std::vector<std::size_t> shared_;  // paths that both have, in the order of `over`
  std::size_t next_shared_ = 0;
  Json::Array out_;
};

const Json ListMerge::kRepeated;

Merged merge_maps(const Json* base, const Json* over, const MergeType& type) {
  Json::Object out;
  const auto add = [&out](const TreeText& name, const Json* left, const Json* right,
                          const MergeType& member) {
    if (auto value = merge_value(left, right, member)) out.push_back({name, *std::move(value)});
  };
  const Type* const fields = type.struct_type();
  if (fields != nullptr && base != nullptr && over != nullptr) {
    const StructMembers others(*over->object(), *fields);
    StructMembers(*base->object(), *fields)
        .zip(others,
             [&](const TreeText& name, const Field& field, const Json* left, const Json* right) {
               add(name, left, right, MergeType::of_field(field));
             });
  } else {
    zip_members(base, over, [&](const TreeText& name, const Json* left, const Json* right) {
      if (const auto member = type.member(name)) add(name, left, right, *member);
    });
  }
  if (out.empty()) return std::nullopt;
  return Json(std::move(out));
}

Merged merge_value(const Json* base, const Json* over, const MergeType& type) {
  const Shape shape = type.shape(over ? over : base);
  if (shape == Shape::Scalar) return merge_leaf(base, over);
  const bool lists = shape == Shape::List;
  const auto as_container = [&](const Json* value) {
    return value && (lists ? value->array() != nullptr : value->object() != nullptr) ? value
                                                                                     : nullptr;
  };
  const Json* left = as_container(base);
  const Json* right = as_container(over);
  if (type.atomic(shape) || (is_empty(left) && is_empty(right))) return merge_leaf(base, over);
  return lists ? ListMerge(left, right, type).run() : merge_maps(left, right, type);
}

}  // namespace

Json merged(const Json& base, const Json& over, const MergeType& type) {
  return merge_value(&base, &over, type).value_or(Json());
}

}  // namespace kaudit::apiserver::objects::apply
