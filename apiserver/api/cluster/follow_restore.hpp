#pragma once

#include <vector>

#include "apiserver/api/call.hpp"
#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::api {

/// Brings what is known beside the store (owners, aggregated roles, files of Pods) to where the
/// store is after these changes, which no handler has made.
void follow_restore(const ApiOptions& options, const std::vector<store::ChangePtr>& changes);

}  // namespace kaudit::apiserver::api
