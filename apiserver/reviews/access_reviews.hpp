#pragma once

#include <memory>
#include <vector>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/reviews/virtual_resource.hpp"

namespace kaudit::apiserver::reviews {

/// The rows of group authorization.k8s.io: SelfSubjectAccessReview, SubjectAccessReview,
/// LocalSubjectAccessReview and SelfSubjectRulesReview, answered by the authorizer that decides on
/// requests. (kubernetes pkg/registry/authorization)
std::vector<VirtualResource> access_reviews(
    const std::shared_ptr<const authz::Authorizer>& authorizer);

}  // namespace kaudit::apiserver::reviews
