#pragma once

#include "apiserver/objects/json.hpp"

namespace kaudit::apiserver::objects {

/// Applies a JSON merge patch (RFC 7386), whose own value must be an object, to an object. Members
/// keep their places, new ones come at the end. Where the RFC and evanphx/json-patch (Kubernetes'
/// library) differ, in nulls inside arrays, this follows the library.
void merge_patch(Json& target, const Json& patch);

}  // namespace kaudit::apiserver::objects
