#pragma once

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::admission {

/// A request's CreateOptions, UpdateOptions, PatchOptions or DeleteOptions (meta.k8s.io/v1), as
/// webhooks are shown them; null for CONNECT.
objects::Json operation_options(const api::AdmissionRequest& request);

}  // namespace kaudit::apiserver::admission
