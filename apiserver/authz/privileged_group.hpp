#pragma once

#include <string>

#include "apiserver/authz/authorizer.hpp"

namespace kaudit::apiserver::authz {

/// Allows the members of one group everything; has no opinion on others
/// (authorizerfactory.NewPrivilegedGroups).
class PrivilegedGroup final : public Authorizer {
 public:
  explicit PrivilegedGroup(std::string group);
  Authorization authorize(const audit::Attributes& attributes) const override;

 private:
  std::string group_;
};

}  // namespace kaudit::apiserver::authz
