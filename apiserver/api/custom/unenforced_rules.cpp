#include "apiserver/api/custom/unenforced_rules.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/custom/rules/definition_check.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

std::vector<std::string> finalizers_of(const Json* object) {
  std::vector<std::string> names;
  const Json* const metadata = object != nullptr ? object->find("metadata") : nullptr;
  const Json* const list = metadata != nullptr ? metadata->find("finalizers") : nullptr;
  if (list == nullptr || list->array() == nullptr) return names;
  for (const Json& each : *list->array()) {
    if (each.string()) names.push_back(*each.string());
  }
  std::ranges::sort(names);
  return names;
}

// Names of finalizers that another writer might choose as well. (apiextensions
// pkg/registry/customresource validateKubeFinalizerName)
std::vector<std::string> finalizer_warnings(const Json* before, const Json& after) {
  std::vector<std::string> warnings;
  const std::vector<std::string> known = finalizers_of(before);
  for (const std::string& name : finalizers_of(&after)) {
    if (std::ranges::binary_search(known, name)) continue;
    const bool standard =
        name == kOrphanFinalizer || name == kForegroundFinalizer || name == "kubernetes";
    if (standard || name.find('/') != std::string::npos) continue;
    const std::string path = name.find('.') != std::string::npos ? " including a path (/)" : "";
    warnings.push_back("metadata.finalizers: " + go_quoted(name) +
                       ": prefer a domain-qualified finalizer name" + path +
                       " to avoid accidental conflicts with other finalizer writers");
  }
  return warnings;
}

bool is_unheeded_policy(const objects::Resource& resource) {
  return resource.group == "admissionregistration.k8s.io" &&
         (resource.kind == "ValidatingAdmissionPolicy" ||
          resource.kind == "MutatingAdmissionPolicy");
}

}  // namespace

void add_kind_warnings(const Call& call, const Json* before, const Json& after) {
  if (call.subresource != nullptr) return;
  std::vector<std::string> warnings;
  if (is_definition(call.resource)) {
    warnings = custom::warnings_of_definition(before, after);
  } else if (call.resource.is_custom()) {
    warnings = finalizer_warnings(before, after);
  } else if (before == nullptr && is_unheeded_policy(call.resource)) {
    warnings.push_back(std::string(call.resource.kind) +
                       ": it is kept, but not enforced by this server");
  }
  if (!warnings.empty()) add_warnings(call.scope.headers, warnings);
}

}  // namespace kaudit::apiserver::api
