#include "apiserver/objects/tree/conditions.hpp"

#include <utility>

namespace kaudit::apiserver::objects {

const Json* find_condition(const Json& object, std::string_view type) {
  const Json* const status = object.find("status");
  const Json* const list = status != nullptr ? status->find("conditions") : nullptr;
  if (list == nullptr || list->array() == nullptr) return nullptr;
  for (const Json& condition : *list->array()) {
    if (condition.text("type") == type) return &condition;
  }
  return nullptr;
}

Json* find_condition(Json& object, std::string_view type) {
  return const_cast<Json*>(find_condition(std::as_const(object), type));
}

bool condition_is_true(const Json& object, std::string_view type) {
  const Json* const found = find_condition(object, type);
  return found != nullptr && found->text("status") == "True";
}

}  // namespace kaudit::apiserver::objects
