#include "apiserver/admission/admission_chain.hpp"

#include <utility>

#include "apiserver/admission/limit_ranger.hpp"
#include "apiserver/admission/resource_quota.hpp"
#include "apiserver/admission/service_account.hpp"
#include "apiserver/admission/webhook_admission.hpp"

namespace kaudit::apiserver::admission {
namespace {

using api::AdmissionPlugin;
using boost::asio::awaitable;

// Webhooks are not asked about what says which webhooks there are: they could lock themselves in.
// (plugin/webhook/predicates/rules IsExemptAdmissionConfigurationResource)
bool is_exempt(const api::Call& call) noexcept {
  return call.resource.group == "admissionregistration.k8s.io";
}

}  // namespace

AdmissionChain::AdmissionChain(api::AdmissionPlugins plugins,
                               std::shared_ptr<const AdmissionFeed> feed,
                               std::shared_ptr<webhooks::WebhookCaller> caller)
    : plugins_(std::move(plugins)), feed_(std::move(feed)), caller_(std::move(caller)) {}

bool AdmissionChain::has_webhooks(const api::Call& call) const noexcept {
  const bool any =
      (feed_->has_mutating() && plugins_.is_on(AdmissionPlugin::MutatingAdmissionWebhook)) ||
      (feed_->has_validating() && plugins_.is_on(AdmissionPlugin::ValidatingAdmissionWebhook));
  return any && !is_exempt(call);
}

bool AdmissionChain::heeds_limit_ranges(const api::Call& call,
                                        api::AdmissionOperation operation) const noexcept {
  return feed_->has_limit_ranges() && plugins_.is_on(AdmissionPlugin::LimitRanger) &&
         limit_ranges_concern(call, operation);
}

bool AdmissionChain::heeds_quotas(const api::Call& call,
                                  api::AdmissionOperation operation) const noexcept {
  return feed_->has_quotas() && plugins_.is_on(AdmissionPlugin::ResourceQuota) &&
         quotas_concern(call, operation);
}

bool AdmissionChain::mounts_accounts(const api::Call& call,
                                     api::AdmissionOperation operation) const noexcept {
  return plugins_.was_asked_for(AdmissionPlugin::ServiceAccount) &&
         plugins_.is_on(AdmissionPlugin::ServiceAccount) &&
         operation == api::AdmissionOperation::Create && call.subresource == nullptr &&
         call.resource.group.empty() && call.resource.kind == "Pod";
}

bool AdmissionChain::concerns(const api::Call& call,
                              api::AdmissionOperation operation) const noexcept {
  return has_webhooks(call) || heeds_limit_ranges(call, operation) ||
         heeds_quotas(call, operation) || mounts_accounts(call, operation);
}

awaitable<api::Expected<void>> AdmissionChain::mutate_by_plugins(
    api::AdmissionRequest& request) const {
  if (heeds_limit_ranges(request.call, request.operation)) {
    auto applied = co_await apply_limit_ranges(request);
    if (!applied) co_return applied;
  }
  if (mounts_accounts(request.call, request.operation)) {
    auto mounted = co_await mount_service_account(request);
    if (!mounted) co_return mounted;
  }
  co_return api::Expected<void>();
}

awaitable<api::Expected<void>> AdmissionChain::mutate(api::AdmissionRequest& request) const {
  ReinvocationState state;
  const bool asks = plugins_.is_on(AdmissionPlugin::MutatingAdmissionWebhook) &&
                    feed_->has_mutating() && !is_exempt(request.call);
  // The whole chain once more when a webhook has changed something, for those who came before.
  for (int round = 0; round < 2; ++round) {
    auto plugins = co_await mutate_by_plugins(request);
    if (!plugins) co_return plugins;
    if (!asks) break;
    state.round = round;
    const auto hooks = feed_->mutating();
    auto mutated = co_await mutate_by_webhooks(request, *hooks, *caller_, state);
    if (!mutated) co_return mutated;
    if (!state.wanted) break;
  }
  co_return api::Expected<void>();
}

awaitable<api::Expected<void>> AdmissionChain::validate(api::AdmissionRequest& request) const {
  if (heeds_limit_ranges(request.call, request.operation)) {
    auto fits = co_await check_limit_ranges(request);
    if (!fits) co_return fits;
  }
  if (plugins_.is_on(AdmissionPlugin::ValidatingAdmissionWebhook) && feed_->has_validating() &&
      !is_exempt(request.call)) {
    const auto hooks = feed_->validating();
    auto valid = co_await validate_by_webhooks(request, *hooks, *caller_);
    if (!valid) co_return valid;
  }
  // Last, so that nothing is charged for what another one refuses.
  if (heeds_quotas(request.call, request.operation)) {
    auto charged = co_await charge_quotas(request);
    if (!charged) co_return charged;
  }
  co_return api::Expected<void>();
}

bool AdmissionChain::follows(const api::Call& call, api::WriteEnd end) const noexcept {
  if (!feed_->has_quotas() || !plugins_.is_on(AdmissionPlugin::ResourceQuota) || call.ns.empty()) {
    return false;
  }
  const bool quota = call.resource.group.empty() && call.resource.name == "resourcequotas";
  switch (end) {
    case api::WriteEnd::Created:
      return quota;
    case api::WriteEnd::Updated:
      // Of a Pod it is its end that counts.
      return quota || (call.resource.group.empty() &&
                       (call.resource.name == "pods" || call.resource.name == "services" ||
                        call.resource.name == "persistentvolumeclaims"));
    case api::WriteEnd::Deleted:
    case api::WriteEnd::Refused:
      return true;
  }
  return false;
}

awaitable<void> AdmissionChain::follow(const api::Call& call) const {
  co_await recount_quotas(call);
}

}  // namespace kaudit::apiserver::admission
