#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/admit/admission.hpp"

namespace kaudit::apiserver::admission {

// The plugin LimitRanger. (kubernetes plugin/pkg/admission/limitranger)

/// True for what a LimitRange has a say in: a new Pod, a claim.
bool limit_ranges_concern(const api::Call& call, api::AdmissionOperation operation) noexcept;

/// Gives the containers of a Pod the defaults of the namespace's LimitRanges, and says so in an
/// annotation.
boost::asio::awaitable<api::Expected<void>> apply_limit_ranges(api::AdmissionRequest& request);

/// Error: the 403 for what is below a minimum, above a maximum or of a wrong ratio.
boost::asio::awaitable<api::Expected<void>> check_limit_ranges(
    const api::AdmissionRequest& request);

}  // namespace kaudit::apiserver::admission
