#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/api/patch_type.hpp"
#include "apiserver/objects/json.hpp"

namespace kaudit::apiserver::api {

/// Whether a write is carried out, or only answered as if (dryRun=All).
enum class DryRun : std::uint8_t { No, All };

/// What to do about members of a body that the kind does not have, or has twice.
enum class FieldValidation : std::uint8_t { Warn, Ignore, Strict };

/// What a create, an update or a patch asks for in its query.
struct WriteOptions {
  DryRun dry_run = DryRun::No;
  FieldValidation field_validation = FieldValidation::Warn;
  std::string field_manager;  ///< "" when it names none
};

/// `kind` names the options in the error: CreateOptions, UpdateOptions. Error: 422.
Expected<WriteOptions> write_options(const Url& url, std::string_view kind);

/// Whether an apply takes over what others own, or is refused for it.
enum class Conflicts : std::uint8_t { Refused, Forced };

struct PatchOptions {
  WriteOptions write;
  Conflicts conflicts = Conflicts::Refused;
};

/// An apply must name its field manager, and only an apply may force. Error: 422. (apimachinery
/// ValidatePatchOptions)
Expected<PatchOptions> patch_options(const Url& url, PatchType type);

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
