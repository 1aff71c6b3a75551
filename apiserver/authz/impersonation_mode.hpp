#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "apiserver/authz/authorizer.hpp"
#include "audit/event.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::authz {

/// The ways in which one user may act for another: four that say what it is for, and the one from
/// before those (apiserver pkg/endpoints/filters/impersonation/mode.go). Tried in this order.
enum class ImpersonationMode : std::uint8_t {
  AssociatedNode,  ///< a service account, for the node that its token is bound to
  ArbitraryNode,
  ServiceAccount,
  UserInfo,  ///< anyone else
  Legacy,    ///< the verb `impersonate`
  /// The same where there is nothing else (the feature gate is off): that filter asks for extra
  /// before uid, and says nothing of an authorizer's error.
  LegacyAlone,
};

/// Those of constrained impersonation, which falls back to the legacy one.
inline constexpr std::array kImpersonationModes{
    ImpersonationMode::AssociatedNode, ImpersonationMode::ArbitraryNode,
    ImpersonationMode::ServiceAccount, ImpersonationMode::UserInfo, ImpersonationMode::Legacy};

/// `user-info`; the legacy ones have no name in a verb.
std::string_view to_string(ImpersonationMode mode) noexcept;

/// Who a request is taken to come from.
struct Impersonated {
  audit::UserInfo user;    ///< with the groups that belong to it
  std::string constraint;  ///< `impersonate:user-info`, as events show it; "" for legacy
};

/// Whether a mode is about such a user at all.
bool is_about(ImpersonationMode mode, const audit::UserInfo& wanted,
              const audit::UserInfo& requestor);

/// Whether the requestor of a request may do it as `wanted` in this mode, which is_about(): each of
/// name, uid, groups and extra is asked of the authorizer. Error: the 403 for the first that is
/// refused.
tl::expected<Impersonated, audit::Status> impersonate(ImpersonationMode mode,
                                                      const Authorizer& authorizer,
                                                      const audit::UserInfo& wanted,
                                                      const audit::Attributes& request);

}  // namespace kaudit::apiserver::authz
