#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/json.hpp"

namespace kaudit::apiserver::api {

/// Whether a write is carried out, or only answered as if (dryRun=All).
enum class DryRun : std::uint8_t { No, All };

/// Reads dryRun and fieldValidation from the query. `kind` names the options in the error:
/// CreateOptions, UpdateOptions, PatchOptions. Error: 422.
Expected<DryRun> write_options(const Url& url, std::string_view kind);

/// What a DELETE asks for, from its body or its query.
struct DeleteRequest {
  DryRun dry_run = DryRun::No;
  std::string propagation_policy;  ///< "", Background, Foreground, Orphan
  std::optional<std::string> uid;  ///< preconditions
  std::optional<std::string> resource_version;
};

/// From decoded DeleteOptions. Error: 422.
Expected<DeleteRequest> delete_request(const objects::Json& options);
/// The query's parameters as DeleteOptions. Error: 400.
Expected<objects::Json> delete_options_of(const Url& url);

}  // namespace kaudit::apiserver::api
