#include "apiserver/objects/apply/bounded_type.hpp"

#include <unordered_set>

namespace kaudit::apiserver::objects::apply {
namespace {

class Search {
 public:
  bool is_bounded(const Type& type) {
    switch (type.kind) {
      case TypeKind::Raw:
      case TypeKind::Json:
      case TypeKind::Any:
        return false;
      case TypeKind::List:
      case TypeKind::Map:
        return is_bounded(*type.element);
      case TypeKind::Struct:
        return done_.contains(&type) || is_bounded_struct(type);
      default:
        return true;
    }
  }

 private:
  bool is_bounded_struct(const Type& type) {
    if (!open_.insert(&type).second) return false;  // it holds itself
    for (const Member& member : type.members) {
      if (!is_bounded(*member.field->type)) return false;
    }
    open_.erase(&type);
    done_.insert(&type);
    return true;
  }

  std::unordered_set<const Type*> open_;
  std::unordered_set<const Type*> done_;
};

}  // namespace

bool is_bounded(const Type& type) { return Search().is_bounded(type); }

}  // namespace kaudit::apiserver::objects::apply
