#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::api {

/// What is wrong with a name, one text for each broken rule; empty when it is valid. (apimachinery
/// pkg/util/validation IsDNS1123Subdomain, IsDNS1123Label, IsDNS1035Label, pkg/api/validation/path)
std::vector<std::string> name_errors(objects::NameRule rule, std::string_view name);

/// The same for what a generated name begins with: a dash at its end does no harm.
std::vector<std::string> name_prefix_errors(objects::NameRule rule, std::string_view prefix);

/// A name that begins with `base` and ends with five random letters. (apiserver pkg/storage/names)
std::string generated_name(std::string_view base);

/// A random UUID (version 4).
std::string new_uid();

}  // namespace kaudit::apiserver::api
