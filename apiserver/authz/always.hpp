#pragma once

#include "apiserver/authz/authorizer.hpp"

namespace kaudit::apiserver::authz {

/// Mode AlwaysAllow: everyone may do everything, and no reason is given.
class AlwaysAllow final : public Authorizer {
 public:
  Authorization authorize(const audit::Attributes& attributes) const override;
  KnownRules rules_for(const audit::UserInfo& user, std::string_view ns) const override;
};

/// Mode AlwaysDeny: no opinion on anything, so that what comes to it is forbidden.
class AlwaysDeny final : public Authorizer {
 public:
  Authorization authorize(const audit::Attributes& attributes) const override;
};

}  // namespace kaudit::apiserver::authz
