#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <tl/expected.hpp>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/impersonation_mode.hpp"
#include "audit/status.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::authz {

/// The feature gate of that name: whether impersonation is first tried in the modes that say what
/// it is for, or in the old one alone.
enum class ConstrainedImpersonation : std::uint8_t { Off, On };

/// Says who may act for whom. Of each requestor it remembers the mode that was allowed last and
/// tries that one first, as kube-apiserver does: whether an event shows a constraint depends on it
/// (audit-semantics 2). Unlike kube-apiserver it does not keep decisions for ten seconds: a binding
/// that is taken away counts at once. Thread-safe.
class Impersonator {
 public:
  Impersonator(std::shared_ptr<const Authorizer> authorizer, ConstrainedImpersonation constrained,
               std::size_t remembered = kRemembered)
      : authorizer_(std::move(authorizer)), constrained_(constrained), remembered_(remembered) {}

  ConstrainedImpersonation constrained() const noexcept { return constrained_; }

  /// Error: the 403; it is that of the mode that was tried first. `request.user` must not be null.
  tl::expected<Impersonated, audit::Status> act_as(const audit::UserInfo& wanted,
                                                   const audit::Attributes& request) const;

 private:
  static constexpr std::size_t kRemembered = 10'000;  // requestors, as kube-apiserver

  struct Memory {
    std::string requestor;
    ImpersonationMode mode;
  };

  std::optional<ImpersonationMode> last_mode(const std::string& requestor) const;
  void remember(const std::string& requestor, ImpersonationMode mode) const;

  std::shared_ptr<const Authorizer> authorizer_;
  ConstrainedImpersonation constrained_;
  std::size_t remembered_;
  mutable Mutex mutex_;
  mutable std::list<Memory> by_age_ KAUDIT_GUARDED_BY(mutex_);  ///< the latest first
  mutable std::unordered_map<std::string_view, std::list<Memory>::iterator> by_requestor_
      KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::authz
