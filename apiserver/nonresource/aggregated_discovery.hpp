#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "apiserver/http/message.hpp"
#include "apiserver/nonresource/served_kinds.hpp"
#include "apiserver/serialization.hpp"

namespace kaudit::apiserver::nonresource {

// Aggregated discovery: one document for all groups, versions and resources in place of one each.
// (k8s.io/api apidiscovery APIGroupDiscoveryList; apiserver pkg/endpoints/discovery/aggregated)

/// Which part of the API: `/api` has the core group, `/apis` all others.
enum class DiscoveryRoot : std::uint8_t { Core, Groups };

/// How a client wants that document by its Accept header, wherever in it; nullopt: the legacy
/// documents. Those will do also for clients that know v2beta1 only, which servers no longer have
/// (feature gate AggregatedDiscoveryRemoveBetaType): kubectl up to 1.29 then asks for each group.
/// (apiserver pkg/endpoints/discovery/aggregated WrappedHandler)
std::optional<Serialization> wanted_discovery(const http::Headers& headers);

/// `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
std::string discovery_media_type(ObjectFormat format);

/// The document as JSON. The kinds are ordered by group, version and name.
std::string aggregated_document(DiscoveryRoot root, std::span<const ServedKind> kinds);

}  // namespace kaudit::apiserver::nonresource
