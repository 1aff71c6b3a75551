#include "apiserver/api/write/owner_references.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::api {

using objects::Json;

std::optional<std::string> drop_repeated_owners(Json& object, OwnersSeen seen) {
  Json* metadata = object.find("metadata");
  Json* owners = metadata ? metadata->find("ownerReferences") : nullptr;
  if (owners == nullptr || !owners->array()) return std::nullopt;
  Json::Array once;
  std::string repeated;
  for (Json& owner : *owners->array()) {
    if (std::find(once.begin(), once.end(), owner) == once.end()) {
      once.push_back(std::move(owner));
      continue;
    }
    if (!repeated.empty()) repeated += ", ";
    repeated += owner.text("uid");
  }
  *owners = Json(std::move(once));
  if (repeated.empty()) return std::nullopt;
  return std::string(".metadata.ownerReferences contains duplicate entries") +
         (seen == OwnersSeen::AfterAdmission ? " after mutating admission happens" : "") +
         "; API server dedups owner references in 1.20+, and may reject such requests as early as "
         "1.24; please fix your requests; duplicate UID(s) observed: " +
         repeated;
}

}  // namespace kaudit::apiserver::api
