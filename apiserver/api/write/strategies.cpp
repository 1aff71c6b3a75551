#include "apiserver/api/write/strategies.hpp"

#include <algorithm>
#include <array>

namespace kaudit::apiserver::api {
namespace {

struct Row {
  std::string_view resource;  ///< `deployments.apps`; `*.GROUP` stands for all of a group
  Strategy strategy;
};

constexpr Strategy kDefault;
// (apiextensions pkg/registry/customresource)
constexpr Strategy kCustom{.status_metadata = StatusMetadata::Unchanged,
                           .unconditional_update = UnconditionalUpdate::Refused};
constexpr Strategy kCreates{.create_on_update = CreateOnUpdate::Yes};
constexpr Strategy kConditional{.unconditional_update = UnconditionalUpdate::Refused};
constexpr Strategy kMetadataStays{.status_metadata = StatusMetadata::Unchanged};
constexpr Strategy kConditionalMetadataStays{.status_metadata = StatusMetadata::Unchanged,
                                             .unconditional_update = UnconditionalUpdate::Refused};

// Each row follows pkg/registry/GROUP/KIND/strategy.go of Kubernetes 1.37, those of apiregistration
// and apiextensions k8s.io/kube-aggregator and k8s.io/apiextensions-apiserver: AllowCreateOnUpdate,
// AllowUnconditionalUpdate, PrepareForCreate, PrepareForUpdate of the kind and of its status.
constexpr auto kRows = std::to_array<Row>({
    {"pods", {.status_metadata = StatusMetadata::WithoutOwners}},
    // A kubelet brings its Node with all it knows of it.
    {"nodes", {.created_status = CreatedStatus::AsWritten}},
    {"endpoints", kCreates},
    {"events", kCreates},
    {"events.events.k8s.io", kCreates},
    {"limitranges", kCreates},
    {"services", kCreates},
    {"serviceaccounts", kConditional},
    {"deployments.apps",
     {.status_metadata = StatusMetadata::WithoutLabels,
      .generation = GenerationRule::SpecAndAnnotations}},
    {"clusterrolebindings.rbac.authorization.k8s.io", kCreates},
    {"clusterroles.rbac.authorization.k8s.io", kCreates},
    {"rolebindings.rbac.authorization.k8s.io", kCreates},
    {"roles.rbac.authorization.k8s.io", kCreates},
    {"leases.coordination.k8s.io",
     {.create_on_update = CreateOnUpdate::Yes,
      .unconditional_update = UnconditionalUpdate::Refused}},
    {"poddisruptionbudgets.policy", kConditional},
    {"runtimeclasses.node.k8s.io", kConditional},
    {"csidrivers.storage.k8s.io", kConditional},
    {"csinodes.storage.k8s.io", kConditional},
    {"csistoragecapacities.storage.k8s.io", kConditional},
    {"volumeattachments.storage.k8s.io", kConditionalMetadataStays},
    {"resourceclaims.resource.k8s.io", kMetadataStays},
    {"customresourcedefinitions.apiextensions.k8s.io", kConditional},
    {"apiservices.apiregistration.k8s.io", kConditionalMetadataStays},
    {"*.admissionregistration.k8s.io", kConditionalMetadataStays},
    {"*.flowcontrol.apiserver.k8s.io", kConditionalMetadataStays},
});

bool row_covers(std::string_view row, const objects::Resource& resource) noexcept {
  return row.starts_with("*.") ? row.substr(2) == resource.group : row == resource.qualified_name;
}

}  // namespace

const Strategy& strategy_of(const objects::Resource& resource) noexcept {
  if (resource.is_custom()) return kCustom;
  const auto* const found = std::find_if(kRows.begin(), kRows.end(), [&resource](const Row& row) {
    return row_covers(row.resource, resource);
  });
  return found == kRows.end() ? kDefault : found->strategy;
}

}  // namespace kaudit::apiserver::api
