#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/quantities.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

void check_source_of_data(const FieldPath& path, const Json* source, Findings& findings) {
  if (source == nullptr) return;
  if (text(source, "name").empty()) findings.required(path.child("name"));
  const std::string_view kind = text(source, "kind");
  if (kind.empty()) findings.required(path.child("kind"));
  const std::string_view group = text(source, "apiGroup");
  if (group.empty() && !kind.empty() && kind != "PersistentVolumeClaim") {
    findings.invalid(path, kind,
                     "must be 'PersistentVolumeClaim' when referencing the default "
                     "apiGroup");
  }
  if (!group.empty()) check_dns_subdomain(path.child("apiGroup"), group, findings);
}

// A real server drops any other dataSource. (dataSourceIsPvcOrSnapshot)
bool is_claim_or_snapshot(const Json* source) {
  const std::string_view group = text(source, "apiGroup");
  const std::string_view kind = text(source, "kind");
  return (group.empty() && kind == "PersistentVolumeClaim") ||
         (group == "snapshot.storage.k8s.io" && kind == "VolumeSnapshot");
}

Json comparable_spec(const Json& claim, const Json& before) {
  const Json* spec = member(&claim, "spec");
  Json copy = spec != nullptr ? *spec : Json(Json::Object());
  const Json* old = member(&before, "spec");
  if (text(old, "volumeName").empty()) copy.erase("volumeName");
  if (member(old, "storageClassName") == nullptr) copy.erase("storageClassName");
  if (text(member(&claim, "status"), "phase") == "Bound") {
    copy.erase("volumeAttributesClassName");
    Json* resources = copy.find("resources");
    Json* requests = resources != nullptr ? resources->find("requests") : nullptr;
    if (requests != nullptr) requests->erase("storage");
  }
  return copy;
}

}  // namespace

void check_volume_claim_spec(const FieldPath& path, const Json* spec, Findings& findings) {
  constexpr std::string_view kModes[] = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce",
                                         "ReadWriteOncePod"};
  constexpr std::string_view kVolumeModes[] = {"Block", "Filesystem"};
  const auto modes = items(spec, "accessModes");
  const FieldPath modes_path = path.child("accessModes");
  if (modes.empty()) findings.required(modes_path, "at least 1 access mode is required");
  check_label_selector(path.child("selector"), member(spec, "selector"), findings);
  bool of_one_pod = false;
  for (const Json& mode : modes) {
    check_one_of(modes_path, text_of(mode), kModes, findings);
    of_one_pod = of_one_pod || text_of(mode) == "ReadWriteOncePod";
  }
  if (of_one_pod && modes.size() > 1) {
    findings.forbidden(modes_path, "may not use ReadWriteOncePod with other access modes");
  }
  const FieldPath resources = path.child("resources");
  const FieldPath storage = resources.key("storage");
  const Json* size = member(spec, {"resources", "requests", "storage"});
  if (size == nullptr) {
    findings.required(storage);
  } else if (quantity_value(text_of(*size)) <= 0) {
    findings.invalid(storage, text_of(*size), "must be greater than zero");
  }
  if (const std::string_view name = text(spec, "storageClassName"); !name.empty()) {
    check_dns_subdomain(path.child("storageClassName"), name, findings);
  }
  if (member(spec, "volumeMode") != nullptr) {
    check_one_of(path.child("volumeMode"), text(spec, "volumeMode"), kVolumeModes, findings);
  }
  if (const Json* source = member(spec, "dataSource"); is_claim_or_snapshot(source)) {
    check_source_of_data(path.child("dataSource"), source, findings);
  }
  check_source_of_data(path.child("dataSourceRef"), member(spec, "dataSourceRef"), findings);
}

void check_volume_claim(const Json& claim, Findings& findings) {
  check_volume_claim_spec(FieldPath("spec"), member(&claim, "spec"), findings);
}

void check_volume_claim_change(const Json& before, const Json& after, Findings& findings) {
  // A real server goes on with the difference, as Go prints its own types.
  if (comparable_spec(before, before) != comparable_spec(after, before)) {
    findings.forbidden(FieldPath("spec"),
                       "spec is immutable after creation except resources.requests and "
                       "volumeAttributesClassName for bound claims\n");
  }
  const auto size = [](const Json& claim, std::string_view part) {
    const Json* value = part == "spec"
                            ? member(&claim, {"spec", "resources", "requests", "storage"})
                            : member(&claim, {"status", "capacity", "storage"});
    return value != nullptr ? quantity_value(text_of(*value)) : 0;
  };
  if (size(after, "spec") < size(before, "spec") && size(after, "spec") <= size(before, "status")) {
    findings.forbidden(FieldPath("spec.resources.requests.storage"),
                       "field can not be less than status.capacity");
  }
  check_immutable(FieldPath("volumeMode"), member(&before, {"spec", "volumeMode"}),
                  member(&after, {"spec", "volumeMode"}), findings);
}

void check_storage_class(const Json& storage_class, Findings& findings) {
  constexpr std::string_view kReclaim[] = {"Delete", "Retain"};
  constexpr std::string_view kBinding[] = {"Immediate", "WaitForFirstConsumer"};
  const std::string_view provisioner = text(&storage_class, "provisioner");
  const FieldPath path("provisioner");
  if (provisioner.empty()) {
    findings.declared_required(path);
  } else {
    const std::string lower = lower_case(provisioner);
    check_qualified_name(path, lower, findings);
  }
  for (const Json::Member& parameter : entries(&storage_class, "parameters")) {
    if (parameter.name.empty()) {
      findings.invalid(FieldPath("parameters"), parameter.name, "field can not be empty.");
    }
  }
  if (const std::string_view policy = text(&storage_class, "reclaimPolicy"); !policy.empty()) {
    check_one_of(FieldPath("reclaimPolicy"), policy, kReclaim, findings);
  }
  const Json* mode = member(&storage_class, "volumeBindingMode");
  if (mode == nullptr) {
    findings.required(FieldPath("volumeBindingMode"));
  } else {
    check_one_of(FieldPath("volumeBindingMode"), text_of(*mode), kBinding, findings);
  }
}

void check_storage_class_change(const Json& before, const Json& after, Findings& findings) {
  for (const std::string_view name :
       {"parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"}) {
    // By a declared rule, which does not say what the value is.
    if (!same(member(&before, name), member(&after, name))) {
      findings.declared_invalid(FieldPath(name), Json(), kImmutable);
    }
  }
}

}  // namespace kaudit::apiserver::objects::validate
