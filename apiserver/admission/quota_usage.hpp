#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/admission/amounts.hpp"
#include "apiserver/custom/registry.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::admission {

// What an object is in the eyes of a ResourceQuota. (kubernetes pkg/quota/v1/evaluator/core)

/// What an object uses up: `count/deployments.apps`, `secrets`, `requests.cpu`, …
Amounts usage_of(const objects::Resource& resource, const objects::Json& object);

/// Whether a quota counts that object: its scopes hold, and it limits something that the object can
/// use.
bool counts(const objects::Json& quota, const objects::Resource& resource,
            const objects::Json& object);

/// What a Pod must say because a quota limits it: `must specify limits.cpu for: c1,c2`; "" when it
/// says all.
std::string missing_of(const Amounts& hard, const objects::Resource& resource,
                       const objects::Json& object);

/// The resources whose objects have to be counted for those limits, in any of their versions. They
/// live as long as the definitions do not change.
std::vector<const objects::Resource*> counted_resources(const Amounts& hard,
                                                        const custom::Registry& definitions);

/// Those of the amounts that have a limit.
Amounts limited(const Amounts& amounts, const Amounts& hard);

}  // namespace kaudit::apiserver::admission
