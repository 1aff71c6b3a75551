#pragma once

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// To which Nodes a Pod may go; null is anywhere. (kubernetes validateAffinity)
void check_affinity(const FieldPath& path, const Json* affinity, Findings& findings);

/// (validateTopologySpreadConstraints)
void check_spread(const FieldPath& path, const Json& spec, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
