#pragma once

#include <string_view>
#include <utility>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {

/// The object that is a member of another; it is made where there is none.
inline Json& object_in(Json& parent, std::string_view name) {
  if (Json* found = parent.find(name); found != nullptr && std::as_const(*found).object()) {
    return *found;
  }
  return parent.set(name, Json(Json::Object()));
}

}  // namespace kaudit::apiserver::objects
