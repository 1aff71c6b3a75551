#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apiserver/http/message.hpp"
#include "apiserver/serialization.hpp"

namespace kaudit::apiserver::nonresource {

// Aggregated discovery: one document for all groups, versions and resources in place of one each.
// (k8s.io/api apidiscovery APIGroupDiscoveryList; apiserver pkg/endpoints/discovery/aggregated)

/// The versions of that document; they differ in name only.
enum class DiscoveryVersion : std::uint8_t { V2, V2beta1 };

/// Which part of the API: `/api` has the core group, `/apis` all others.
enum class DiscoveryRoot : std::uint8_t { Core, Groups };

/// How a client wants that document.
struct AggregatedForm {
  DiscoveryVersion version = DiscoveryVersion::V2;
  Serialization serialization = {};
};

/// What a client asks for by its Accept header, wherever in it; nullopt: the legacy documents.
/// (apiserver pkg/endpoints/discovery/aggregated WrappedHandler)
std::optional<AggregatedForm> wanted_discovery(const http::Headers& headers);

/// `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
std::string discovery_media_type(DiscoveryVersion version, ObjectFormat format);

/// The document as JSON, from the table of kinds.
std::string aggregated_document(DiscoveryRoot root, DiscoveryVersion version);

}  // namespace kaudit::apiserver::nonresource
