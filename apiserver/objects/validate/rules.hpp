#pragma once

#include <string_view>
#include <vector>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"

namespace kaudit::apiserver::objects::validate {

// What the rules of its kind find wrong with an object: that of the kinds that people use most, in
// the order and words of a real server. Objects are canonical (codec.hpp), defaults included; rules
// of metadata are the API's own. A kind that is not in the table has no rules. (kubernetes
// pkg/apis/*/validation)

/// With an object that is to be stored as a new one.
std::vector<FieldError> errors_of_new(const Resource& resource, const Json& object);

/// With what an object is to become. `subresource`: "" for the object itself; most subresources
/// have no rules.
std::vector<FieldError> errors_of_change(const Resource& resource, std::string_view subresource,
                                         const Json& before, const Json& after);

}  // namespace kaudit::apiserver::objects::validate
