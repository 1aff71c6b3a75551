#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/api/call.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/patch_type.hpp"
#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::api {

/// Whether a write is carried out, or only answered as if (dryRun=All).
enum class DryRun : std::uint8_t { No, All };

using objects::FieldValidation;

/// What a create, an update or a patch asks for in its query.
struct WriteOptions {
  DryRun dry_run = DryRun::No;
  FieldValidation field_validation = FieldValidation::Warn;
  std::string field_manager;  ///< "" when it names none
};

/// `kind` names the options in the error: CreateOptions, UpdateOptions. Error: 422.
Expected<WriteOptions> write_options(const request::Url& url, std::string_view kind);

/// Whether an apply takes over what others own, or is refused for it.
enum class Conflicts : std::uint8_t { Refused, Forced };

struct PatchOptions {
  WriteOptions write;
  Conflicts conflicts = Conflicts::Refused;
};

/// An apply must name its field manager, and only an apply may force. Error: 422. (apimachinery
/// ValidatePatchOptions)
Expected<PatchOptions> patch_options(const request::Url& url, PatchType type);

/// Of the values of dryRun, which must all be `All`. Adds to `errors` when they are not.
DryRun dry_run_of(const std::vector<std::string_view>& values, std::vector<FieldError>& errors);

}  // namespace kaudit::apiserver::api
