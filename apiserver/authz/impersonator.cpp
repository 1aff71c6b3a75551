#include "apiserver/authz/impersonator.hpp"

#include <utility>

namespace kaudit::apiserver::authz {

tl::expected<Impersonated, audit::Status> Impersonator::act_as(
    const audit::UserInfo& wanted, const audit::Attributes& request) const {
  if (constrained_ == ConstrainedImpersonation::Off) {
    return impersonate(ImpersonationMode::LegacyAlone, *authorizer_, wanted, request);
  }
  const audit::UserInfo& requestor = *request.user;
  const auto last = last_mode(requestor.username);
  std::optional<audit::Status> refusal;
  const auto attempt = [&](ImpersonationMode mode) -> std::optional<Impersonated> {
    if (!is_about(mode, wanted, requestor)) return std::nullopt;
    auto answer = impersonate(mode, *authorizer_, wanted, request);
    if (answer) return *std::move(answer);
    if (!refusal) refusal = std::move(answer.error());
    return std::nullopt;
  };
  if (last) {
    if (auto user = attempt(*last)) return *std::move(user);
  }
  for (const ImpersonationMode mode : kImpersonationModes) {
    if (mode == last) continue;
    if (auto user = attempt(mode)) {
      remember(requestor.username, mode);
      return *std::move(user);
    }
  }
  // The legacy mode is about everybody: there has been an attempt.
  return tl::unexpected(*std::move(refusal));
}

std::optional<ImpersonationMode> Impersonator::last_mode(const std::string& requestor) const {
  const Lock lock(mutex_);
  const auto found = by_requestor_.find(requestor);
  if (found == by_requestor_.end()) return std::nullopt;
  by_age_.splice(by_age_.begin(), by_age_, found->second);
  return found->second->mode;
}

void Impersonator::remember(const std::string& requestor, ImpersonationMode mode) const {
  const Lock lock(mutex_);
  if (const auto found = by_requestor_.find(requestor); found != by_requestor_.end()) {
    found->second->mode = mode;
    by_age_.splice(by_age_.begin(), by_age_, found->second);
    return;
  }
  if (by_age_.size() >= remembered_) {
    by_requestor_.erase(by_age_.back().requestor);
    by_age_.pop_back();
  }
  by_age_.push_front({requestor, mode});
  by_requestor_.emplace(by_age_.front().requestor, by_age_.begin());
}

}  // namespace kaudit::apiserver::authz
