#pragma once

#include <string>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "audit/evaluator.hpp"

namespace kaudit::apiserver::reviews {

/// What the `spec` of an access review asks: may that user do this? (kubernetes
/// pkg/registry/authorization/util)
class AccessQuestion {
 public:
  /// Asks about the user that the spec names.
  explicit AccessQuestion(const objects::Json& spec);
  /// Asks about that user.
  AccessQuestion(const objects::Json& spec, audit::UserInfo user);

  /// The views are into this object.
  audit::Attributes attributes() const;
  /// Why part of the selectors is not heeded; "" when there is nothing to say.
  const std::string& selector_errors() const noexcept { return selector_errors_; }

 private:
  audit::UserInfo user_;
  bool resource_ = false;
  std::string verb_;
  std::string group_;
  std::string version_;
  std::string resource_name_;
  std::string subresource_;
  std::string ns_;
  std::string name_;
  std::string path_;
  std::string selector_errors_;
};

/// The answer as a review's status shows it.
objects::Json access_status(const AccessQuestion& question, const authz::Authorization& answer);

}  // namespace kaudit::apiserver::reviews
