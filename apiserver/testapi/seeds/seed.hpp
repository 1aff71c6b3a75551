#pragma once

#include <vector>

#include "apiserver/api/api.hpp"
#include "apiserver/testapi/seeds/seed_documents.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::testapi {

/// Makes the objects, as `kubectl apply` would: CustomResourceDefinitions first, then Namespaces,
/// then what others name (ServiceAccounts, priority classes), then the rest in their order. What
/// is there already is changed; a status is set as the subresource. No event is made. Gives what is
/// wrong, each with file, document and line. Waits for the store: not from a thread that serves.
std::vector<Error> plant(const api::Api& api, std::vector<SeedObject> objects);

}  // namespace kaudit::apiserver::testapi
