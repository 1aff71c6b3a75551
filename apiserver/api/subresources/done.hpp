#pragma once

#include "audit/status.hpp"

namespace kaudit::apiserver::api {

/// What a POST answers that created nothing which could be shown: Success, 201.
inline audit::Status created_nothing() {
  audit::Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Success";
  status.code = 201;
  return status;
}

}  // namespace kaudit::apiserver::api
