#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/admit/admission.hpp"

namespace kaudit::apiserver::admission {

// The plugin ResourceQuota, and what the quota controller keeps in status. (apiserver
// pkg/admission/plugin/resourcequota, kubernetes pkg/controller/resourcequota)

/// True for a write that may use something up.
bool quotas_concern(const api::Call& call, api::AdmissionOperation operation) noexcept;

/// Charges what the object uses to each quota of its namespace that counts it. Error: the 403 for
/// what exceeds one, or for a Pod that does not say what it needs.
boost::asio::awaitable<api::Expected<void>> charge_quotas(const api::AdmissionRequest& request);

/// Counts anew what is in the call's namespace, and brings the status of its quotas up to date.
boost::asio::awaitable<void> recount_quotas(const api::Call& call);

}  // namespace kaudit::apiserver::admission
