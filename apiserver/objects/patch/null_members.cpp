#include "apiserver/objects/patch/null_members.hpp"

#include <vector>

namespace kaudit::apiserver::objects::patch {

void drop_null_members(Json& root) {
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

}  // namespace kaudit::apiserver::objects::patch
