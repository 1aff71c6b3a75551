#include "apiserver/objects/merge_patch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace kaudit::apiserver::objects {
namespace {

// Drops the members that are null, on every level; elements of arrays stay.
void drop_nulls(Json& root) {
  std::vector<Json*> pending{&root};
  while (!pending.empty()) {
    Json& value = *pending.back();
    pending.pop_back();
    if (Json::Object* members = value.object()) {
      std::erase_if(*members, [](const Json::Member& member) { return member.value.is_null(); });
      for (Json::Member& member : *members) pending.push_back(&member.value);
    } else if (Json::Array* elements = value.array()) {
      for (Json& element : *elements) pending.push_back(&element);
    }
  }
}

}  // namespace

void merge_patch(Json& target, const Json& patch) {
  // Pairs of objects. A target's members are only added and dropped while its own pair is at work,
  // so that the pointers to them that are pending stay good.
  std::vector<std::pair<Json*, const Json*>> pending{{&target, &patch}};
  while (!pending.empty()) {
    const auto [object, changes] = pending.back();
    pending.pop_back();
    std::vector<const Json::Member*> deeper;
    for (const Json::Member& change : *changes->object()) {
      Json* present = object->find(change.name);
      if (change.value.is_null()) {
        object->erase(change.name);
      } else if (present != nullptr && present->object() != nullptr) {
        if (change.value.object()) {
          deeper.push_back(&change);
        } else {
          *present = change.value;
        }
      } else {
        Json value = change.value;
        drop_nulls(value);
        object->set(change.name, std::move(value));
      }
    }
    for (const Json::Member* change : deeper) {
      pending.emplace_back(object->find(change->name), &change->value);
    }
  }
}

}  // namespace kaudit::apiserver::objects
