#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/openapi/custom_schema.hpp"

namespace kaudit::apiserver::objects::openapi {

// What clients learn about the API's objects from, made from the same tables by which the server
// reads bodies. Making one takes some milliseconds, so a server keeps them. `version` is
// Kubernetes', as the documents carry it. Any thread. (kube-openapi pkg/builder, pkg/builder3)

/// The paths of the group versions that there are: `api/v1`, `apis/apps/v1` …, sorted.
std::vector<std::string> group_version_paths();

/// OpenAPI 3.0 of one group version, by its path; "" when there is no such path.
std::string v3_document(std::string_view group_version_path, std::string_view version);

/// The same of what definitions define in one group version.
std::string v3_custom_document(std::span<const CustomKind> kinds, std::string_view version);

/// One of these documents in gnostic's protobuf form; "" for what is none.
std::string v3_protobuf(std::string_view document);

/// Swagger 2.0 of everything, `custom` beside the table of kinds.
std::string v2_json(std::string_view version, std::span<const CustomKind> custom = {});
/// The same in gnostic's protobuf form, which kubectl reads.
std::string v2_protobuf(std::string_view version, std::span<const CustomKind> custom = {});

}  // namespace kaudit::apiserver::objects::openapi
