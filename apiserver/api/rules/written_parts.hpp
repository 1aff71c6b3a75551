#pragma once

#include <cstdint>

#include "apiserver/api/call.hpp"
#include "apiserver/api/write/strategies.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What a write to a URL changes of an object.
enum class WrittenPart : std::uint8_t {
  Main,                 ///< all but status; also of a scale, which is made of it
  Status,               ///< of most kinds, and of subresources that are like it
  Finalizers,           ///< of a Namespace
  Approval,             ///< the conditions of a CertificateSigningRequest
  EphemeralContainers,  ///< of a Pod
  Resize,               ///< the resources of a Pod's containers
};

WrittenPart written_part(const Call& call) noexcept;

/// Which of its metadata a write to the call's URL leaves as it was; AsWritten for the object
/// itself.
StatusMetadata metadata_rule(const Call& call) noexcept;

/// The object with what the URL is about as the client wants it, and the rest as it is stored.
/// Metadata aside. (kubernetes pkg/registry/*/*/strategy.go PrepareForUpdate)
objects::Json merged_parts(const Call& call, const objects::Json& current, objects::Json wanted);

}  // namespace kaudit::apiserver::api
