#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::validate {

// What a client is warned of although its object is stored: members that do nothing any more, and
// what is hardly meant so. In a real server's words and order; entries of maps, which Go takes in
// any order, by their keys. Objects are canonical and keep the rules of their kind. (kubernetes
// pkg/registry/*/*/strategy.go WarningsOnCreate, WarningsOnUpdate; pkg/api/*/warnings.go)

/// Of an object that is stored as a new one.
std::vector<std::string> warnings_of_new(const Resource& resource, const Json& object);

/// Of what an object becomes. `subresource`: "" for the object itself.
std::vector<std::string> warnings_of_change(const Resource& resource, std::string_view subresource,
                                            const Json& before, const Json& after);

}  // namespace kaudit::apiserver::objects::validate
