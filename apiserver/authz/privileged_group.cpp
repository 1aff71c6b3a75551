#include "apiserver/authz/privileged_group.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::authz {

PrivilegedGroup::PrivilegedGroup(std::string group) : group_(std::move(group)) {}

Authorization PrivilegedGroup::authorize(const audit::Attributes& attributes) const {
  if (attributes.user == nullptr) {
    return {};
  }
  const auto& groups = attributes.user->groups;
  const bool member = std::find(groups.begin(), groups.end(), group_) != groups.end();
  return {member ? Authorization::Decision::Allow : Authorization::Decision::NoOpinion, ""};
}

}  // namespace kaudit::apiserver::authz
