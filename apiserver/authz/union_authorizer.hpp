#pragma once

#include <memory>
#include <vector>

#include "apiserver/authz/authorizer.hpp"

namespace kaudit::apiserver::authz {

/// Asks each in turn until one allows or denies, and answers with its reason. When none does, there
/// is no opinion, and the reason is that of all, a line each; the same when one failed, but then
/// the answer is an Error with the errors' texts (authorizer union.New).
class UnionAuthorizer final : public Authorizer {
 public:
  explicit UnionAuthorizer(std::vector<std::shared_ptr<const Authorizer>> authorizers);
  Authorization authorize(const audit::Attributes& attributes) const override;

 private:
  std::vector<std::shared_ptr<const Authorizer>> authorizers_;
};

}  // namespace kaudit::apiserver::authz
