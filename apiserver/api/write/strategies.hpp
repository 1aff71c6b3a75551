#pragma once

#include <cstdint>
#include <string_view>

#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::api {

/// Which of its metadata a write to an object's subresource (`/status`, …) leaves as it was. What
/// the system sets stays for all kinds.
enum class StatusMetadata : std::uint8_t {
  AsWritten,      ///< nothing of it: labels, annotations, finalizers and owners are the client's
  WithoutLabels,  ///< labels
  WithoutOwners,  ///< ownerReferences
  Unchanged,      ///< labels, annotations, finalizers, ownerReferences (ResetObjectMetaForStatus)
};

/// What metadata.generation counts the changes of, for the kinds that count.
enum class GenerationRule : std::uint8_t { Spec, SpecAndAnnotations };

/// Whether an object has the status that it is made with. Where it has a subresource `status` that
/// is usually not so.
enum class CreatedStatus : std::uint8_t { Emptied, AsWritten };

/// Whether a PUT of an object that does not exist makes it.
enum class CreateOnUpdate : std::uint8_t { No, Yes };

/// Whether a PUT may leave out the resourceVersion of what it replaces.
enum class UnconditionalUpdate : std::uint8_t { Allowed, Refused };

/// Where kinds differ in what a write does. (kubernetes pkg/registry/*/*/strategy.go; the table in
/// strategies.cpp names the file of each row)
struct Strategy {
  StatusMetadata status_metadata = StatusMetadata::AsWritten;
  GenerationRule generation = GenerationRule::Spec;
  CreatedStatus created_status = CreatedStatus::Emptied;
  CreateOnUpdate create_on_update = CreateOnUpdate::No;
  UnconditionalUpdate unconditional_update = UnconditionalUpdate::Allowed;
};

/// The strategy of a resource; the default above for one that is not in the table.
const Strategy& strategy_of(const objects::Resource& resource) noexcept;

}  // namespace kaudit::apiserver::api
