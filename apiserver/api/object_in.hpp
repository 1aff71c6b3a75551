#pragma once

#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The object that is a member of another; it is made where there is none.
inline objects::Json& object_in(objects::Json& parent, std::string_view name) {
  if (objects::Json* found = parent.find(name); found != nullptr && found->object()) return *found;
  return parent.set(name, objects::Json(objects::Json::Object()));
}

}  // namespace kaudit::apiserver::api
