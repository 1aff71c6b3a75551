#pragma once

#include <memory>

#include "apiserver/admission/admission_feed.hpp"
#include "apiserver/api/admit/admission.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"

namespace kaudit::apiserver::admission {

/// The plugins that are on, in kube-apiserver's order: LimitRanger and ServiceAccount, then the
/// webhooks that may change an object; when it is what it is going to be, the bounds of
/// LimitRanges, the webhooks that only say yes or no, and last what ResourceQuotas leave.
/// NamespaceLifecycle, Priority and DefaultTolerationSeconds are apiserver/api's own.
class AdmissionChain final : public api::Admission {
 public:
  AdmissionChain(api::AdmissionPlugins plugins, std::shared_ptr<const AdmissionFeed> feed,
                 std::shared_ptr<webhooks::WebhookCaller> caller);

  bool concerns(const api::Call& call, api::AdmissionOperation operation) const noexcept override;
  boost::asio::awaitable<api::Expected<void>> mutate(api::AdmissionRequest& request) const override;
  boost::asio::awaitable<api::Expected<void>> validate(
      api::AdmissionRequest& request) const override;
  bool follows(const api::Call& call, api::WriteEnd end) const noexcept override;
  boost::asio::awaitable<void> follow(const api::Call& call) const override;

 private:
  boost::asio::awaitable<api::Expected<void>> mutate_by_plugins(
      api::AdmissionRequest& request) const;
  bool has_webhooks(const api::Call& call) const noexcept;
  bool heeds_limit_ranges(const api::Call& call, api::AdmissionOperation operation) const noexcept;
  bool heeds_quotas(const api::Call& call, api::AdmissionOperation operation) const noexcept;
  bool mounts_accounts(const api::Call& call, api::AdmissionOperation operation) const noexcept;

  const api::AdmissionPlugins plugins_;
  const std::shared_ptr<const AdmissionFeed> feed_;
  const std::shared_ptr<webhooks::WebhookCaller> caller_;
};

}  // namespace kaudit::apiserver::admission
