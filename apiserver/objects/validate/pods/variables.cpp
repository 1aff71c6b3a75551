#include "apiserver/objects/validate/pods/variables.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kPodFields[] = {"metadata.name",
                                           "metadata.namespace",
                                           "metadata.uid",
                                           "spec.nodeName",
                                           "spec.serviceAccountName",
                                           "status.hostIP",
                                           "status.hostIPs",
                                           "status.podIP",
                                           "status.podIPs"};
// What the downward API knows besides.
constexpr std::string_view kFieldLabels[] = {
    "metadata.annotations", "metadata.labels", "metadata.name",      "metadata.namespace",
    "metadata.uid",         "spec.nodeName",   "spec.restartPolicy", "spec.serviceAccountName",
    "spec.schedulerName",   "status.phase",    "status.hostIP",      "status.hostIPs",
    "status.podIP",         "status.podIPs"};
constexpr std::string_view kResources[] = {
    "limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory"};

template <std::size_t N>
bool is_listed(std::string_view text, const std::string_view (&texts)[N]) {
  return std::find(std::begin(texts), std::end(texts), text) != std::end(texts);
}

/// `metadata.labels['a']`
struct Subscripted {
  std::string_view path;
  std::string_view key;
  bool is_one = false;
};

Subscripted split_subscript(std::string_view text) {
  const std::size_t open = text.find("['");
  if (open == std::string_view::npos || !text.ends_with("']")) return {text, {}, false};
  return {text.substr(0, open), text.substr(open + 2, text.size() - open - 4), true};
}

void check_field_ref(const FieldPath& path, const Json& ref, Findings& findings) {
  const std::string_view field = text(&ref, "fieldPath");
  if (text(&ref, "apiVersion").empty()) return findings.required(path.child("apiVersion"));
  if (field.empty()) return findings.required(path.child("fieldPath"));
  const Subscripted parts = split_subscript(field);
  if (parts.is_one && parts.path == "metadata.annotations") {
    findings.invalid(path, lower_case(parts.key), qualified_name_errors(lower_case(parts.key)));
  } else if (parts.is_one && parts.path == "metadata.labels") {
    findings.invalid(path, parts.key, qualified_name_errors(parts.key));
  } else if (parts.is_one || !is_listed(field, kFieldLabels)) {
    findings.invalid(path.child("fieldPath"), field,
                     "error converting fieldPath: field label not supported: " +
                         std::string(parts.is_one ? parts.path : field));
  } else if (!is_listed(field, kPodFields)) {
    findings.not_supported(path.child("fieldPath"), field, kPodFields);
  }
}

void check_resource_ref(const FieldPath& path, const Json& ref, Findings& findings) {
  const std::string_view resource = text(&ref, "resource");
  if (resource.empty()) {
    findings.required(path.child("resource"));
  } else if (!is_listed(resource, kResources) && !resource.starts_with("limits.hugepages-") &&
             !resource.starts_with("requests.hugepages-")) {
    findings.not_supported(path.child("resource"), resource, kResources);
  }
}

void check_key_ref(const FieldPath& path, const Json& ref, Findings& findings) {
  check_dns_subdomain(path.child("name"), text(&ref, "name"), findings);
  const std::string_view key = text(&ref, "key");
  if (key.empty()) {
    findings.required(path.child("key"));
  } else {
    findings.invalid(path.child("key"), key, config_key_errors(key));
  }
}

void check_value_from(const FieldPath& path, const Json& variable, Findings& findings) {
  const Json* from = member(&variable, "valueFrom");
  if (from == nullptr) return;
  static constexpr MemberName kSources[] = {"fieldRef", "resourceFieldRef", "configMapKeyRef",
                                            "secretKeyRef", "fileKeyRef"};
  std::size_t sources = 0;
  for (const MemberName& name : kSources) {
    const Json* ref = member(from, name);
    if (ref == nullptr) continue;
    const std::string_view source = name.text();
    ++sources;
    const FieldPath at = path.child(source);
    if (source == "fieldRef") check_field_ref(at, *ref, findings);
    if (source == "resourceFieldRef") check_resource_ref(at, *ref, findings);
    if (source == "configMapKeyRef" || source == "secretKeyRef") check_key_ref(at, *ref, findings);
  }
  if (sources == 0) {
    findings.invalid(path, "",
                     "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, "
                     "`secretKeyRef` or `fileKeyRef`");
  } else if (!text(&variable, "value").empty()) {
    findings.invalid(path, "", "may not be specified when `value` is not empty");
  } else if (sources > 1) {
    findings.invalid(path, "", "may not have more than one field specified at a time");
  }
}

void check_named_source(const FieldPath& path, const Json& source, Findings& findings) {
  const std::string_view name = text(&source, "name");
  if (name.empty()) return findings.required(path.child("name"));
  findings.invalid(path.child("name"), name, name_prefix_errors(NameRule::DnsSubdomain, name));
}

void check_sources(const FieldPath& list, const Json& container, Findings& findings) {
  std::size_t index = 0;
  for (const Json& source : items(&container, "envFrom")) {
    const FieldPath path = list.at(index++);
    const std::string_view prefix = text(&source, "prefix");
    findings.invalid(path.child("prefix"), prefix, variable_name_errors(prefix));
    std::size_t sources = 0;
    for (const std::string_view kind : {"configMapRef", "secretRef"}) {
      const Json* ref = member(&source, kind);
      if (ref == nullptr) continue;
      ++sources;
      check_named_source(path.child(kind), *ref, findings);
    }
    if (sources == 0) {
      findings.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`");
    } else if (sources > 1) {
      findings.invalid(list, "", "may not have more than one field specified at a time");
    }
  }
}

}  // namespace

void check_variables(const FieldPath& container_path, const Json& container, Findings& findings) {
  const FieldPath list = container_path.child("env");
  std::size_t index = 0;
  for (const Json& variable : items(&container, "env")) {
    const FieldPath path = list.at(index++);
    if (const std::string_view name = text(&variable, "name"); name.empty()) {
      findings.required(path.child("name"));
    } else {
      findings.invalid(path.child("name"), name, variable_name_errors(name));
    }
    check_value_from(path.child("valueFrom"), variable, findings);
  }
  check_sources(container_path.child("envFrom"), container, findings);
}

}  // namespace kaudit::apiserver::objects::validate
