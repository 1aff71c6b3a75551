#pragma once

#include <string>
#include <string_view>

#include "apiserver/objects/tree/tree_text.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"

namespace kaudit::apiserver::api {

// The rules of names are the objects': objects/validate/words/name_rules.hpp.

using objects::validate::name_errors;
using objects::validate::name_prefix_errors;

/// A name that begins with `base` and ends with five random letters. (apiserver pkg/storage/names)
std::string generated_name(std::string_view base);

/// A random UUID (version 4).
objects::TreeText new_uid();

}  // namespace kaudit::apiserver::api
