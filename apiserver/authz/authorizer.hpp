#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/authz/policy_rule.hpp"
#include "audit/evaluator.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::authz {

/// An authorizer's answer: the decision and the reason that the event's annotation shows.
struct Authorization {
  enum class Decision : std::uint8_t { Allow, Deny, NoOpinion, Error };
  Decision decision = Decision::NoOpinion;
  std::string reason;  ///< for Error: the error's text
};

/// Says whether a user may do what a request asks. Any thread may call it.
class Authorizer {
 public:
  Authorizer() = default;
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  virtual ~Authorizer() = default;
  virtual Authorization authorize(const audit::Attributes& attributes) const = 0;
  /// All that the user may do in that namespace and beside the namespaces, as far as this
  /// authorizer can tell.
  virtual KnownRules rules_for(const audit::UserInfo& /*user*/, std::string_view /*ns*/) const {
    return {};
  }
};

/// `--authorization-mode`: each mode is asked in turn until one has an opinion; before them all,
/// members of system:masters are allowed, as in kube-apiserver. `rbac` answers for the mode RBAC.
/// Error: an unknown or repeated mode, none at all.
Result<std::shared_ptr<const Authorizer>> make_authorizer(
    const std::vector<std::string>& modes, std::shared_ptr<const Authorizer> rbac = nullptr);

}  // namespace kaudit::apiserver::authz
