#pragma once

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// A container's `env` and `envFrom`. (kubernetes ValidateEnv, ValidateEnvFrom)
void check_variables(const FieldPath& container_path, const Json& container, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
