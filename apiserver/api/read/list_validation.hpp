#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/request/list_options.hpp"

namespace kaudit::apiserver::api {

/// Reads the options of a list or watch and checks which may be combined. Errors: 400 for what
/// cannot be read, 422 for what does not go together. (apimachinery
/// meta/internalversion/validation)
Expected<request::ListOptions> read_list_options(const Call& call);

}  // namespace kaudit::apiserver::api
