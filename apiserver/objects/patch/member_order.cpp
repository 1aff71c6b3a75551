#include "apiserver/objects/patch/member_order.hpp"

#include <vector>

namespace kaudit::apiserver::objects::patch {

void sort_all_members(Json& root) {
  std::vector<Json*> pending{&root};
  while (!pending.empty()) {
    Json& value = *pending.back();
    pending.pop_back();
    value.sort_members();
    if (Json::Object* members = value.object()) {
      for (Json::Member& member : *members) pending.push_back(&member.value);
    } else if (Json::Array* elements = value.array()) {
      for (Json& element : *elements) pending.push_back(&element);
    }
  }
}

}  // namespace kaudit::apiserver::objects::patch
