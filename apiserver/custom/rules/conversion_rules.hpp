#pragma once

#include "apiserver/custom/rules/error_list.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

/// How versions are converted. Once a definition is established, a bundle of CAs must be one.
/// (validateCustomResourceConversion)
void check_conversion(const objects::Json& spec, bool established, ErrorList& errors);

}  // namespace kaudit::apiserver::custom
