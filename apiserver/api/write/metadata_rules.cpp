#include "apiserver/api/write/metadata_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/objects/validate/words/label_names.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::validate::label_value_errors;
using objects::validate::qualified_name_errors;
using Errors = std::vector<FieldError>;

constexpr std::size_t kMaxAnnotationBytes = std::size_t{256} << 10U;

void add(Errors& errors, std::string_view field, std::string_view value,
         const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) {
    errors.push_back(FieldError::invalid(std::string(field), value, fault));
  }
}

FieldError invalid_value(std::string_view field, const Json& value, const std::string& detail) {
  return {"FieldValueInvalid", std::string(field),
          "Invalid value: " + value.dump() + ": " + detail};
}

const Json::Object& members_of(const Json& metadata, std::string_view name) {
  static const Json::Object kNone;
  const Json* member = metadata.find(name);
  return member && member->object() ? *member->object() : kNone;
}

const Json::Array& elements_of(const Json& metadata, std::string_view name) {
  static const Json::Array kNone;
  const Json* member = metadata.find(name);
  return member && member->array() ? *member->array() : kNone;
}

std::string_view text_or_empty(const Json& value) {
  return value.string() ? std::string_view(*value.string()) : std::string_view();
}

bool has_upper(std::string_view text) { return std::any_of(text.begin(), text.end(), is_upper); }

void check_labels(const Json& metadata, Errors& errors) {
  for (const auto& [key, value] : members_of(metadata, "labels")) {
    add(errors, "metadata.labels", key, qualified_name_errors(key));
    add(errors, "metadata.labels", text_or_empty(value), label_value_errors(text_or_empty(value)));
  }
}

void check_annotations(const Json& metadata, Errors& errors) {
  std::size_t size = 0;
  for (const auto& [key, value] : members_of(metadata, "annotations")) {
    size += key.size() + text_or_empty(value).size();
    add(errors, "metadata.annotations", key,
        has_upper(key) ? qualified_name_errors(lower_case(key)) : qualified_name_errors(key));
  }
  if (size > kMaxAnnotationBytes) {
    errors.push_back({"FieldValueTooLong", "metadata.annotations",
                      "Too long: may not be more than 262144 bytes"});
  }
}

FieldError required_value_error(std::string field) {
  return {"FieldValueRequired", std::move(field), "Required value: must not be empty"};
}

/// (apimachinery pkg/api/validation validateOwnerReference)
void check_owner(const Json& owner, const std::string& field, Errors& errors) {
  const std::string_view api_version = owner.text("apiVersion");
  if (api_version.empty()) {
    errors.push_back(required_value_error(field + ".apiVersion"));
  } else if (api_version.ends_with('/') ||
             std::count(api_version.begin(), api_version.end(), '/') > 1) {
    errors.push_back(FieldError::invalid(field + ".apiVersion", api_version,
                                         "must be <group>/<version> or <version>"));
  }
  for (const std::string_view member : {"kind", "name", "uid"}) {
    if (owner.text(member).empty()) {
      errors.push_back(required_value_error(field + "." + std::string(member)));
    }
  }
  if (api_version == "v1" && owner.text("kind") == "Event") {
    errors.push_back(
        invalid_value(field, owner, "/v1, Kind=Event is disallowed from being an owner"));
  }
}

void check_owners(const Json& metadata, Errors& errors) {
  std::string controller;
  std::size_t index = 0;
  for (const Json& owner : elements_of(metadata, "ownerReferences")) {
    check_owner(owner, "metadata.ownerReferences[" + std::to_string(index++) + "]", errors);
    const Json* controls = owner.find("controller");
    if (!controls || !controls->boolean() || !*controls->boolean()) continue;
    std::string name(owner.text("kind"));
    name.append("/").append(owner.text("name"));
    if (controller.empty()) {
      controller = name;
    } else {
      errors.push_back(
          invalid_value("metadata.ownerReferences", *metadata.find("ownerReferences"),
                        "Only one reference can have Controller set to true. Found \"true\" in "
                        "references for " +
                            controller + " and " + name));
    }
  }
}

bool is_standard_finalizer(std::string_view name) {
  return name == "kubernetes" || name == kOrphanFinalizer || name == kForegroundFinalizer;
}

// The kinds of kube-apiserver's own groups want a domain in front of a finalizer's name; those of
// its libraries do not.
bool wants_qualified_finalizers(const objects::Resource& resource) {
  if (resource.is_custom()) return false;
  return resource.group != "apiextensions.k8s.io" && resource.group != "apiregistration.k8s.io" &&
         resource.group != "admissionregistration.k8s.io";
}

void check_finalizers(const Call& call, const Json& metadata, Errors& errors) {
  const Json::Array& finalizers = elements_of(metadata, "finalizers");
  const auto has = [&finalizers](std::string_view name) {
    return std::any_of(finalizers.begin(), finalizers.end(),
                       [name](const Json& one) { return text_or_empty(one) == name; });
  };
  for (const Json& finalizer : finalizers) {
    add(errors, "metadata.finalizers", text_or_empty(finalizer),
        qualified_name_errors(text_or_empty(finalizer)));
  }
  if (has(kOrphanFinalizer) && has(kForegroundFinalizer)) {
    errors.push_back(invalid_value("metadata.finalizers", *metadata.find("finalizers"),
                                   "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  if (!wants_qualified_finalizers(call.resource)) return;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string_view name = text_or_empty(finalizers[i]);
    if (name.find('/') != std::string_view::npos || is_standard_finalizer(name)) continue;
    errors.push_back(
        FieldError::invalid("metadata.finalizers[" + std::to_string(i) + "]", name,
                            "name is neither a standard finalizer name nor is it fully qualified"));
  }
}

void check_no_new_finalizers(const Json& before, const Json& after, Errors& errors) {
  std::vector<std::string> added;
  const Json::Array& old = elements_of(before, "finalizers");
  for (const Json& finalizer : elements_of(after, "finalizers")) {
    if (std::find(old.begin(), old.end(), finalizer) == old.end()) {
      added.push_back(go_quoted(text_or_empty(finalizer)));
    }
  }
  if (added.empty()) return;
  std::sort(added.begin(), added.end());
  added.erase(std::unique(added.begin(), added.end()), added.end());
  std::string list;
  for (const std::string& name : added) list += (list.empty() ? "" : ", ") + name;
  errors.push_back(FieldError::forbidden(
      "metadata.finalizers",
      "no new finalizers can be added if the object is being deleted, found new finalizers "
      "[]string{" +
          list + "}"));
}

}  // namespace

std::vector<FieldError> errors_of_new_metadata(const Call& call, const Json& object) {
  const Json& metadata = *object.find("metadata");
  Errors errors;
  if (const std::string_view base = metadata.text("generateName"); !base.empty()) {
    add(errors, "metadata.generateName", base, name_prefix_errors(call.resource.name_rule, base));
  }
  if (const std::string_view name = metadata.text("name"); !name.empty()) {
    add(errors, "metadata.name", name, name_errors(call.resource.name_rule, name));
  } else {
    errors.push_back({"FieldValueRequired", "metadata.name",
                      "Required value: name or generateName is required"});
  }
  check_labels(metadata, errors);
  check_annotations(metadata, errors);
  check_owners(metadata, errors);
  check_finalizers(call, metadata, errors);
  return errors;
}

std::vector<FieldError> errors_of_changed_metadata(const Call& call, const Json& current,
                                                   const Json& object) {
  const Json& before = *current.find("metadata");
  const Json& after = *object.find("metadata");
  Errors errors;
  if (before.find("deletionTimestamp") != nullptr) check_no_new_finalizers(before, after, errors);
  check_labels(after, errors);
  check_annotations(after, errors);
  check_owners(after, errors);
  check_finalizers(call, after, errors);
  return errors;
}

}  // namespace kaudit::apiserver::api
