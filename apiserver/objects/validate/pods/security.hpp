#pragma once

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// Of a container; null is none. (kubernetes ValidateSecurityContext)
void check_security_context(const FieldPath& path, const Json* context, Findings& findings);

/// Of a Pod. (validatePodSpecSecurityContext)
void check_pod_security_context(const FieldPath& path, const Json* context, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
