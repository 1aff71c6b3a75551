#include <algorithm>
#include <array>
#include <cmath>

#include "apiserver/objects/validate/warnings/container_warnings.hpp"
#include "apiserver/objects/validate/warnings/warning_list.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/quantities.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

struct Deprecated {
  MemberName name;
  std::string_view warning;
};

constexpr auto kOldAnnotations = std::to_array<Deprecated>({
    {"scheduler.alpha.kubernetes.io/critical-pod",
     R"(non-functional in v1.16+; use the "priorityClassName" field instead)"},
    {"security.alpha.kubernetes.io/sysctls",
     R"(non-functional in v1.11+; use the "sysctls" field instead)"},
    {"security.alpha.kubernetes.io/unsafe-sysctls",
     R"(non-functional in v1.11+; use the "sysctls" field instead)"},
});

// In the order in which a volume is looked at. The claim of an ephemeral one comes before the last
// two.
constexpr auto kOldVolumes = std::to_array<Deprecated>({
    {"photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"},
    {"gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"},
    {"scaleIO", "deprecated in v1.16, non-functional in v1.22+"},
    {"flocker", "deprecated in v1.22, non-functional in v1.25+"},
    {"storageos", "deprecated in v1.22, non-functional in v1.25+"},
    {"quobyte", "deprecated in v1.22, non-functional in v1.25+"},
    {"glusterfs", "deprecated in v1.25, non-functional in v1.26+"},
    {"ephemeral", ""},
    {"cephfs", "deprecated in v1.28, non-functional in v1.31+"},
    {"rbd", "deprecated in v1.28, non-functional in v1.31+"},
});

constexpr std::string_view kNoSelector = "a null labelSelector results in matching no pod";
constexpr std::string_view kSeccompAnnotation = "seccomp.security.alpha.kubernetes.io/pod";

void warn_of_placement(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  const FieldPath selector = spec_path.child("nodeSelector");
  for (const Json::Member& label : entries(spec, "nodeSelector")) {
    const auto warning = node_label_warning(label.name);
    if (!warning.empty()) warnings.add(selector.key(label.name), warning);
  }
  const Json* affinity = member(spec, {"affinity", "nodeAffinity"});
  const FieldPath required = spec_path.child(
      "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
  std::size_t index = 0;
  for (const Json& term : items(member(affinity, "requiredDuringSchedulingIgnoredDuringExecution"),
                                "nodeSelectorTerms")) {
    warn_of_node_term(required.at(index++), term, TermValues::Ignored, warnings);
  }
  const FieldPath preferred =
      spec_path.child("affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution");
  index = 0;
  for (const Json& term : items(affinity, "preferredDuringSchedulingIgnoredDuringExecution")) {
    const FieldPath at = preferred.at(index++);
    const Json* preference = member(&term, "preference");
    if (preference == nullptr) continue;
    warn_of_node_term(at.child("preference"), *preference, TermValues::Checked, warnings);
  }
  const FieldPath spread = spec_path.child("topologySpreadConstraints");
  index = 0;
  for (const Json& constraint : items(spec, "topologySpreadConstraints")) {
    const FieldPath at = spread.at(index++);
    const std::string_view key = text(&constraint, "topologyKey");
    if (const auto warning = node_label_warning(key); !warning.empty()) {
      warnings.add(at.child("topologyKey"), std::string(key).append(" is ").append(warning));
    }
    if (member(&constraint, "labelSelector") == nullptr) {
      warnings.add(at.child("labelSelector"), kNoSelector);
    }
  }
}

void warn_of_volumes(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  const FieldPath list = spec_path.child("volumes");
  std::size_t index = 0;
  for (const Json& volume : items(spec, "volumes")) {
    const FieldPath at = list.at(index++);
    for (const auto& [name, warning] : kOldVolumes) {
      const Json* source = member(&volume, name);
      if (source == nullptr) continue;
      if (!warning.empty()) {
        warnings.add(at.child(shown_source(name.text())), warning);
        continue;
      }
      const FieldPath claim = at.child("ephemeral.volumeClaimTemplate.spec");
      warn_of_claim_spec(claim, member(source, {"volumeClaimTemplate", "spec"}), warnings);
    }
  }
  warn_of_overlapping_paths(spec, warnings);
}

/// Entries of a list that are known by one of their members.
void warn_of_repeated(const FieldPath& list, const Json* spec, std::string_view name,
                      std::string_view key, std::string_view what, WarningList& warnings) {
  NameSet seen;
  std::size_t index = 0;
  for (const Json& item : items(spec, name)) {
    const FieldPath at = list.at(index++);
    if (seen.insert(text(&item, key)).second) continue;
    warnings.add(at.child(key), std::string(what) + " " + go_quoted(text(&item, key)));
  }
}

void warn_of_pull_secrets(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  const FieldPath list = spec_path.child("imagePullSecrets");
  warn_of_repeated(list, spec, "imagePullSecrets", "name", "duplicate name", warnings);
  std::size_t index = 0;
  for (const Json& secret : items(spec, "imagePullSecrets")) {
    const FieldPath at = list.at(index++);
    if (text(&secret, "name").empty()) warnings.add(at.child("name"), "invalid empty name \"\"");
  }
}

void warn_of_pod_terms(const FieldPath& spec_path, const Json* spec,
                       const MemberName& affinity_name, WarningList& warnings) {
  const Json* affinity = member(spec, {"affinity", affinity_name});
  const FieldPath affinity_path = spec_path.child("affinity");
  const FieldPath path = affinity_path.child(affinity_name.text());
  const FieldPath required = path.child("requiredDuringSchedulingIgnoredDuringExecution");
  std::size_t index = 0;
  for (const Json& term : items(affinity, "requiredDuringSchedulingIgnoredDuringExecution")) {
    const FieldPath at = required.at(index++);
    if (member(&term, "labelSelector") == nullptr) {
      warnings.add(at.child("labelSelector"), kNoSelector);
    }
  }
  const FieldPath preferred = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  index = 0;
  for (const Json& term : items(affinity, "preferredDuringSchedulingIgnoredDuringExecution")) {
    const FieldPath at = preferred.at(index++);
    if (member(&term, {"podAffinityTerm", "labelSelector"}) == nullptr) {
      warnings.add(at.child("podAffinityTerm.labelSelector"), kNoSelector);
    }
  }
}

void warn_of_addresses(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  const FieldPath servers = spec_path.child("dnsConfig.nameservers");
  std::size_t index = 0;
  for (const Json& server : items(member(spec, "dnsConfig"), "nameservers")) {
    warn_of_ip(servers.at(index++), text_of(server), warnings);
  }
  const FieldPath aliases = spec_path.child("hostAliases");
  index = 0;
  for (const Json& alias : items(spec, "hostAliases")) {
    const FieldPath at = aliases.at(index++);
    warn_of_ip(at.child("ip"), text(&alias, "ip"), warnings);
  }
}

}  // namespace

bool has_annotation(const Json& object, std::string_view key) noexcept {
  return member(&object, {"metadata", "annotations", key}) != nullptr;
}

void warn_of_fraction(const FieldPath& path, const Json* resources, const MemberName& resource,
                      WarningList& warnings) {
  const std::string_view quantity = text(resources, resource);
  if (quantity.empty()) return;
  // Of less than a thousandth Kubernetes knows nothing; it rounds up.
  const long double thousandths = std::ceil(quantity_value(quantity) * 1000);
  if (std::fmod(thousandths, 1000.0L) == 0) return;
  warnings.add(path.key(resource.text()),
               "fractional byte value " + go_quoted(quantity) + " is invalid, must be an integer");
}

void warn_of_claim_spec(const FieldPath& path, const Json* spec, WarningList& warnings) {
  const FieldPath requests = path.child("resources.requests");
  warn_of_fraction(requests, member(spec, {"resources", "requests"}), "storage", warnings);
  const FieldPath limits = path.child("resources.limits");
  warn_of_fraction(limits, member(spec, {"resources", "limits"}), "storage", warnings);
}

void warn_of_pod(const FieldPath& path, const Json& pod, PodWarnings of, WarningList& warnings) {
  const Json* spec = member(&pod, "spec");
  const FieldPath spec_path = path.child("spec");
  const FieldPath metadata = path.child("metadata");
  const FieldPath annotations = metadata.child("annotations");
  warn_of_placement(spec_path, spec, warnings);
  const Json* given_annotations = member(&pod, {"metadata", "annotations"});
  for (const auto& [name, warning] : kOldAnnotations) {
    if (member(given_annotations, name) != nullptr) {
      warnings.add(annotations.key(name.text()), warning);
    }
  }
  warn_of_volumes(spec_path, spec, warnings);
  warn_of_repeated(spec_path.child("hostAliases"), spec, "hostAliases", "ip", "duplicate ip",
                   warnings);
  warn_of_pull_secrets(spec_path, spec, warnings);
  const FieldPath overhead = spec_path.child("overhead");
  if (const Json* const extra = member(spec, "overhead")) {
    warn_of_fraction(overhead, extra, "memory", warnings);
    warn_of_fraction(overhead, extra, "ephemeral-storage", warnings);
  }
  if (member(spec, {"securityContext", "seccompProfile"}) == nullptr &&
      has_annotation(pod, kSeccompAnnotation)) {
    warnings.add(annotations.key(kSeccompAnnotation), kSeccompWarning);
  }
  warn_of_containers(path, pod, of, warnings);
  // A Pod of its own gets 1 when it is made.
  if (of == PodWarnings::OfTemplate && number_or_zero(spec, "terminationGracePeriodSeconds") < 0) {
    warnings.add(spec_path.child("terminationGracePeriodSeconds"),
                 "must be >= 0; negative values are invalid and will be treated as 1");
  }
  warn_of_pod_terms(spec_path, spec, "podAffinity", warnings);
  warn_of_pod_terms(spec_path, spec, "podAntiAffinity", warnings);
  warn_of_addresses(spec_path, spec, warnings);
}

}  // namespace kaudit::apiserver::objects::validate
