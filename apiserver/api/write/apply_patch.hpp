#pragma once

#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

// Server-side apply. (apiserver pkg/endpoints/handlers applyPatcher)

/// Reads what is applied, YAML or JSON; members by name on every level, as an audit event shows it.
/// Error: 400.
Expected<objects::Json> read_config(std::string_view body);

/// What the stored object, or a new one where `current` is null, becomes by it, managedFields
/// included. Error: 400 for another kind, 409 with a cause for each field that others own, 500 for
/// what does not fit the kind.
Expected<objects::Json> applied(const Call& call, const objects::Json* current,
                                const objects::Json& config, const PatchOptions& options);

}  // namespace kaudit::apiserver::api
