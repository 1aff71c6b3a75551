#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"

namespace kaudit::apiserver::custom {

// The rules of CustomResourceDefinitions, their metadata aside but for what their name must be.
// Definitions are in canonical form. (apiextensions pkg/apis/apiextensions/validation)

std::vector<objects::validate::FieldError> errors_of_new_definition(
    const objects::Json& definition);

/// `part`: "", or `status` for a write to that.
std::vector<objects::validate::FieldError> errors_of_changed_definition(std::string_view part,
                                                                        const objects::Json& before,
                                                                        const objects::Json& after);

/// What the client is warned of when it writes a definition: formats that nobody knows, sets of
/// things that are no scalars, and what this server keeps without heeding it. `before` is null for
/// a new one; what it said already is not said again.
std::vector<std::string> warnings_of_definition(const objects::Json* before,
                                                const objects::Json& after);

}  // namespace kaudit::apiserver::custom
