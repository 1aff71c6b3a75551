#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/admit/admission.hpp"

namespace kaudit::apiserver::admission {

/// The plugin ServiceAccount as it is where it was asked for by name: the account of a new Pod must
/// be there, gives the Pod its pull secrets, and its token is mounted into each container. Error:
/// 403. (kubernetes plugin/pkg/admission/serviceaccount)
boost::asio::awaitable<api::Expected<void>> mount_service_account(api::AdmissionRequest& request);

}  // namespace kaudit::apiserver::admission
