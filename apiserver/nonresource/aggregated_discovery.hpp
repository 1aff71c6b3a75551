#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver::nonresource {

// Aggregated discovery: one document for all groups, versions and resources in place of one each.
// (k8s.io/api apidiscovery APIGroupDiscoveryList; apiserver pkg/endpoints/discovery/aggregated)

/// Which part of the API: `/api` has the core group, `/apis` all others.
enum class DiscoveryRoot : std::uint8_t { Core, Groups };

/// Whether a client asks for that document by its Accept header. The legacy documents will do for
/// others, also for those that know v2beta1 only, which servers no longer have (feature gate
/// AggregatedDiscoveryRemoveBetaType): kubectl up to 1.29 then asks for each group.
bool wants_aggregated_discovery(const http::Headers& headers);

/// What the document is sent as.
constexpr std::string_view kAggregatedDiscoveryType =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The document as JSON, from the table of kinds.
std::string aggregated_document(DiscoveryRoot root);

}  // namespace kaudit::apiserver::nonresource
