#pragma once

#include <memory>

#include "apiserver/admission/admission_chain.hpp"
#include "apiserver/api/api.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"
#include "apiserver/custom/registry.hpp"
#include "apiserver/program/gatekeepers.hpp"
#include "apiserver/program/program_options.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"

namespace kaudit::apiserver::program {

/// Where objects are, and what is kept up to date with them: roles, custom resources, webhooks.
struct Storage {
  std::shared_ptr<authz::rbac::Index> roles;
  std::shared_ptr<custom::Registry> definitions;
  std::shared_ptr<admission::AdmissionFeed> webhooks;
  std::shared_ptr<api::ServiceAddresses> addresses;
  std::shared_ptr<store::MemoryStore> store;
  std::shared_ptr<webhooks::WebhookCaller> webhook_caller;
};

Storage make_storage(const ProgramOptions& options);

/// What the handlers of resources are given. `ca_pem` is what clients trust the server by.
api::ApiOptions api_options(const ProgramOptions& options, const Storage& storage,
                            const Gatekeepers& keepers, const std::string& ca_pem);

}  // namespace kaudit::apiserver::program
