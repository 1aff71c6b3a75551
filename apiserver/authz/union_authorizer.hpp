#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/authz/authorizer.hpp"

namespace kaudit::apiserver::authz {

/// An authorizer under its name: the mode in lower case, as reasons show it.
struct NamedAuthorizer {
  std::string name;
  std::shared_ptr<const Authorizer> authorizer;
};

/// Asks each in turn until one allows or denies, and answers with its reason. When none does,
/// there is no opinion, and the reason is that of all, a line each, which its authorizer's
/// name begins; the same when one failed, but then the answer is an Error with the errors' texts.
/// (k8s.io/apiserver pkg/authorization/union)
class UnionAuthorizer final : public Authorizer {
 public:
  explicit UnionAuthorizer(std::vector<NamedAuthorizer> authorizers);
  Authorization authorize(const audit::Attributes& attributes) const override;
  KnownRules rules_for(const audit::UserInfo& user, std::string_view ns) const override;

 private:
  std::vector<NamedAuthorizer> authorizers_;
};

}  // namespace kaudit::apiserver::authz
