#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/authz/impersonator.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver {

/// What kube-apiserver knows of a feature gate's name (known_feature_gates.cpp).
enum class KnownGate : std::uint8_t { Unknown, Free, LockedOn, LockedOff };
KnownGate known_gate(std::string_view name) noexcept;

/// --feature-gates: `NAME=BOOL` pairs. The gates that kube-apiserver 1.37 has are accepted; but
/// for ConstrainedImpersonation and AuthorizePodWebsocketUpgradeCreatePermission they change
/// nothing here, and without_effect() says so.
class FeatureGates {
 public:
  void add_flags(FlagSet& flags);
  /// Reads what the flag was given; all that is wrong with it, in kube-apiserver's words
  /// (component-base featuregate).
  std::vector<Error> validate();

  authz::ConstrainedImpersonation constrained_impersonation() const noexcept {
    return constrained_impersonation_;
  }
  /// Whether exec, attach and port-forward need `create`, however they begin.
  bool connects_need_create() const noexcept { return connects_need_create_; }
  const std::vector<std::string>& without_effect() const noexcept { return without_effect_; }

 private:
  Result<void> read(std::string_view pair);

  std::vector<std::string> pairs_;
  std::vector<std::string> without_effect_;
  bool connects_need_create_ = true;
  authz::ConstrainedImpersonation constrained_impersonation_ = authz::ConstrainedImpersonation::On;
};

}  // namespace kaudit::apiserver
