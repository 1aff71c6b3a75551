// Volumes, Nodes and what else has a warning or two.
#include <array>

#include "apiserver/objects/validate/warnings/kinds_warnings.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/quantities.hpp"
#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kOldClass = "volume.beta.kubernetes.io/storage-class";
constexpr std::string_view kOldMountOptions = "volume.beta.kubernetes.io/mount-options";

struct OldSource {
  std::string_view name;
  std::string_view warning;
};
constexpr auto kOldSources = std::to_array<OldSource>({
    {"cephfs", "deprecated in v1.28, non-functional in v1.31+"},
    {"photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"},
    {"scaleIO", "deprecated in v1.16, non-functional in v1.22+"},
    {"storageos", "deprecated in v1.22, non-functional in v1.25+"},
    {"glusterfs", "deprecated in v1.25, non-functional in v1.26+"},
    {"rbd", "deprecated in v1.28, non-functional in v1.31+"},
});

std::string data_of(const Json& secret, std::string_view key) {
  return base64_decode(text(member(&secret, "data"), key)).value_or("");
}

}  // namespace

void warn_of_claim(const Json& claim, WarningList& warnings) {
  if (has_annotation(claim, kOldClass)) {
    const FieldPath annotations("metadata.annotations");
    warnings.add(annotations.key(kOldClass),
                 R"(deprecated since v1.8; use "storageClassName" attribute instead)");
  }
  warn_of_claim_spec(FieldPath("spec"), member(&claim, "spec"), warnings);
}

void warn_of_persistent_volume(const Json& volume, WarningList& warnings) {
  const FieldPath annotations("metadata.annotations");
  if (has_annotation(volume, kOldClass)) {
    warnings.add(annotations.key(kOldClass),
                 R"(deprecated since v1.8; use "storageClassName" attribute instead)");
  }
  if (has_annotation(volume, kOldMountOptions)) {
    warnings.add(annotations.key(kOldMountOptions),
                 R"(deprecated since v1.31; use "mountOptions" attribute instead)");
  }
  const FieldPath path("spec");
  const Json* spec = member(&volume, "spec");
  if (text(spec, "persistentVolumeReclaimPolicy") == "Recycle") {
    warnings.add(path.child("persistentVolumeReclaimPolicy"),
                 "The Recycle reclaim policy is deprecated. Instead, the recommended approach is "
                 "to use dynamic provisioning.");
  }
  const FieldPath terms = path.child("nodeAffinity.required.nodeSelectorTerms");
  std::size_t index = 0;
  for (const Json& term : items(member(spec, {"nodeAffinity", "required"}), "nodeSelectorTerms")) {
    warn_of_node_term(terms.at(index++), term, TermValues::Ignored, warnings);
  }
  for (const auto& [name, warning] : kOldSources) {
    if (member(spec, name) != nullptr) warnings.add(path.child(shown_source(name)), warning);
  }
}

void warn_of_storage_class(const Json& storage_class, WarningList& warnings) {
  const FieldPath topologies("allowedTopologies");
  std::size_t index = 0;
  for (const Json& topology : items(&storage_class, "allowedTopologies")) {
    const FieldPath at = topologies.at(index++);
    const FieldPath list = at.child("matchLabelExpressions");
    std::size_t place = 0;
    for (const Json& expression : items(&topology, "matchLabelExpressions")) {
      const FieldPath expression_path = list.at(place++);
      const auto warning = node_label_warning(text(&expression, "key"));
      if (!warning.empty()) warnings.add(expression_path.child("key"), warning);
    }
  }
}

void warn_of_storage_capacity(const Json& capacity, WarningList& warnings) {
  const Json* topology = member(&capacity, "nodeTopology");
  if (topology == nullptr) return;
  const FieldPath path("nodeTopology");
  warn_of_node_term(path, *topology, TermValues::Ignored, warnings);
  const FieldPath labels = path.child("matchLabels");
  for (const Json::Member& label : entries(topology, "matchLabels")) {
    const auto warning = node_label_warning(label.name);
    if (!warning.empty()) warnings.add(labels.child(label.name), warning);
  }
}

void warn_of_new_csi_driver(const Json& driver, WarningList& warnings) {
  const Json* spec = member(&driver, "spec");
  if (items(spec, "tokenRequests").empty() ||
      member(spec, "serviceAccountTokenInSecrets") != nullptr) {
    return;
  }
  warnings.add(
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to "
      "prevent possible logging of tokens in volume attributes");
}

void warn_of_node(const Json& node, WarningList& warnings) {
  const Json* spec = member(&node, "spec");
  if (!text(spec, "externalID").empty()) {
    warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
  }
  const FieldPath list("spec.podCIDRs");
  std::size_t index = 0;
  for (const Json& cidr : items(spec, "podCIDRs")) {
    warn_of_cidr(list.at(index++), text_of(cidr), warnings);
  }
}

void warn_of_runtime_class(const Json& runtime_class, WarningList& warnings) {
  for (const Json::Member& label : entries(member(&runtime_class, "scheduling"), "nodeSelector")) {
    const auto warning = node_label_warning(label.name);
    if (!warning.empty()) warnings.add(FieldPath("scheduling.nodeSelector"), warning);
  }
}

void warn_of_new_quota(const Json& quota, WarningList& warnings) {
  const Json* hard = member(&quota, {"spec", "hard"});
  for (const std::string_view resource : {"cpu", "memory", "storage", "ephemeral-storage"}) {
    std::string request_name = std::string("requests.").append(resource);
    std::string_view request = text(hard, request_name);
    if (request.empty() && (resource == "cpu" || resource == "memory")) {
      request_name = resource;
      request = text(hard, request_name);
    }
    const std::string limit_name = std::string("limits.").append(resource);
    const std::string_view limit = text(hard, limit_name);
    if (request.empty() || limit.empty() || quantity_value(request) <= quantity_value(limit)) {
      continue;
    }
    warnings.add("ResourceQuota " + request_name + " (" + std::string(request) +
                 ") should be less than " + limit_name + " (" + std::string(limit) + ")");
  }
}

// Whether there is PEM at all. That a key belongs to its certificate is not looked at.
void warn_of_secret(const Json& secret, WarningList& warnings) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (text(&secret, "type") != "kubernetes.io/tls") return;
  if (data_of(secret, "tls.crt").find(kBegin) == std::string::npos) {
    warnings.add("tls: failed to find any PEM data in certificate input");
  } else if (data_of(secret, "tls.key").find(kBegin) == std::string::npos) {
    warnings.add("tls: failed to find any PEM data in key input");
  }
}

void warn_of_resource_slice(const Json& slice, WarningList& warnings) {
  const std::string_view driver = text(member(&slice, "spec"), "driver");
  if (lower_case(driver) == driver) return;
  warnings.add("spec.driver: driver names should be lowercase; " + go_quoted(driver) +
               " contains uppercase characters");
}

void warn_of_reserved_name(const Json& object, WarningList& warnings) {
  constexpr std::string_view kStatic = ".static.k8s.io";
  if (!text(member(&object, "metadata"), "name").ends_with(kStatic)) return;
  warnings.add("metadata.name: names ending with " + go_quoted(kStatic) +
               " are reserved for static manifest-based configurations and cannot be managed via "
               "the API");
}

}  // namespace kaudit::apiserver::objects::validate
