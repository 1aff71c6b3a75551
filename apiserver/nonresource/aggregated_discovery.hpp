#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "apiserver/http/message.hpp"
#include "apiserver/nonresource/served_kinds.hpp"

namespace kaudit::apiserver::nonresource {

// Aggregated discovery: one document for all groups, versions and resources in place of one each.
// (k8s.io/api apidiscovery APIGroupDiscoveryList; apiserver pkg/endpoints/discovery/aggregated)

/// The versions of that document; they differ in name only.
enum class DiscoveryVersion : std::uint8_t { V2, V2beta1 };

/// Which part of the API: `/api` has the core group, `/apis` all others.
enum class DiscoveryRoot : std::uint8_t { Core, Groups };

/// The version a client asks for by its Accept header; nullopt: the legacy documents will do, or
/// are what it likes better.
std::optional<DiscoveryVersion> wanted_discovery(const http::Headers& headers);

/// `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
std::string discovery_media_type(DiscoveryVersion version);

/// The document as JSON. The kinds are ordered by group, version and name.
std::string aggregated_document(DiscoveryRoot root, DiscoveryVersion version,
                                std::span<const ServedKind> kinds);

}  // namespace kaudit::apiserver::nonresource
