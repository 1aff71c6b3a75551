#pragma once

#include <string_view>

#include "apiserver/objects/apply/merge_type.hpp"
#include "apiserver/objects/apply/path_set.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

// Client-side apply keeps what it applied in an annotation. A server-side apply by `kubectl` may
// take over such fields without force, and brings the annotation up to date. (managedfields
// lastappliedmanager, lastappliedupdater)

inline constexpr std::string_view kKubectl = "kubectl";

/// What the annotation of a stored object says and nobody changed since; empty when it has none
/// that can be read.
PathSet last_applied_fields(const Json& live, const MergeType& type, std::string_view api_version);

/// Replaces the annotation, where the object has one, by what was applied now.
void renew_last_applied(Json& object, const Json& config);

}  // namespace kaudit::apiserver::objects::apply
