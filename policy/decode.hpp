#pragma once

#include "base/yaml/node.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

/// Makes a policy of a document that fits policy_type() (see check_types()); unknown fields are
/// passed over. Fields that come again in JSON are decoded over what is there, as Go does: objects
/// and lists merge.
Policy decode_policy(const yaml::Document& document);

}  // namespace kaudit::policy
