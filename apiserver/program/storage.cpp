#include "apiserver/program/storage.hpp"

#include <chrono>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <utility>
#include <vector>

#include "apiserver/api/access/role_feed.hpp"
#include "apiserver/api/custom/definition_feed.hpp"
#include "apiserver/conversion/webhook_converter.hpp"
#include "apiserver/reviews/access_reviews.hpp"
#include "apiserver/reviews/identity_reviews.hpp"
#include "apiserver/reviews/virtual_resource.hpp"
#include "apiserver/store/observer_list.hpp"

namespace kaudit::apiserver::program {
namespace {

/// Above every version of an earlier run (microseconds of Unix time pass faster than writes), so
/// that a client that comes back with an old one is sent to list anew. Below 2^53 until 2255, so
/// that JavaScript and jq keep it whole.
std::uint64_t start_version() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::shared_ptr<const reviews::VirtualResourceTable> virtual_resources(
    const ProgramOptions& options, const Gatekeepers& keepers) {
  auto resources = reviews::identity_reviews({.accounts = keepers.accounts,
                                              .lifetimes = options.service_accounts.lifetimes(),
                                              .tokens = keepers.authenticators.tokens});
  std::ranges::move(reviews::access_reviews(keepers.authorizer), std::back_inserter(resources));
  return std::make_shared<const reviews::VirtualResourceTable>(std::move(resources),
                                                               keepers.accounts);
}

api::NamespaceCheck namespace_check(const ProgramOptions& options) {
  const bool off = options.server.disable_namespace_check ||
                   !options.admission.plugins().is_on(api::AdmissionPlugin::NamespaceLifecycle);
  return off ? api::NamespaceCheck::Off : api::NamespaceCheck::On;
}

}  // namespace

Storage make_storage(const ProgramOptions& options) {
  Storage storage{.roles = std::make_shared<authz::rbac::Index>(),
                  .definitions = std::make_shared<custom::Registry>(),
                  .webhooks = std::make_shared<admission::AdmissionFeed>(),
                  .addresses = std::make_shared<api::ServiceAddresses>(options.cluster.ranges()),
                  .store = nullptr,
                  .webhook_caller = std::make_shared<webhooks::WebhookCaller>(
                      options.admission.services(), "kube-apiserver-admission")};
  store::MemoryStoreOptions store_options;
  store_options.start_version = start_version();
  store_options.observer =
      std::make_shared<store::ObserverList>(std::vector<std::shared_ptr<store::Observer>>{
          std::make_shared<api::RoleFeed>(storage.roles),
          std::make_shared<api::DefinitionFeed>(storage.definitions), storage.webhooks,
          storage.addresses});
  storage.store = std::make_shared<store::MemoryStore>(store_options);
  return storage;
}

api::ApiOptions api_options(const ProgramOptions& options, const Storage& storage,
                            const Gatekeepers& keepers, const std::string& ca_pem) {
  api::ApiOptions made{.store = storage.store,
                       .sleep_annotation = options.server.enable_debug_endpoints
                                               ? api::SleepAnnotation::Heeded
                                               : api::SleepAnnotation::Ignored,
                       .namespace_check = namespace_check(options)};
  made.plugins = options.admission.plugins();
  made.tolerations = options.admission.tolerations();
  made.admission = std::make_shared<const admission::AdmissionChain>(
      options.admission.plugins(), storage.webhooks, storage.webhook_caller);
  made.converter = std::make_shared<const conversion::WebhookConverter>(storage.webhook_caller);
  if (options.server.max_pod_grace_period.count() >= 0) {
    made.max_pod_grace =
        std::chrono::ceil<std::chrono::seconds>(options.server.max_pod_grace_period);
  }
  made.virtual_resources = virtual_resources(options, keepers);
  made.authorizer = keepers.authorizer;
  made.connect_check = options.feature_gates.connects_need_create() ? api::ConnectCheck::Create
                                                                    : api::ConnectCheck::Verb;
  made.roles = storage.roles;
  made.definitions = storage.definitions;
  made.owners = std::make_shared<api::OwnerIndex>(storage.definitions);
  made.cluster = {options.cluster.furnishing(options.admission.plugins()), ca_pem};
  made.addresses = storage.addresses;
  return made;
}

}  // namespace kaudit::apiserver::program
