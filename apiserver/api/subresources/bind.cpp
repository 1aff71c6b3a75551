#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/subresources/done.hpp"
#include "apiserver/api/subresources/pod_conditions.hpp"
#include "apiserver/api/subresources/subresource_operations.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/api/write/update_rules.hpp"
#include "apiserver/api/write/written_object.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr int kBindAttempts = 100;

// A real server answers these with a 500. (ValidatePodBinding)
Expected<void> check_target(const Json& target) {
  std::vector<std::string> wrong;
  const std::string_view kind = target.text("kind");
  const std::string_view name = target.text("name");
  if (!kind.empty() && kind != "Node") {
    wrong.push_back("target.kind: Unsupported value: " + go_quoted(kind) +
                    ": supported values: \"Node\", \"<empty>\"");
  }
  if (name.empty()) {
    wrong.emplace_back("target.name: Required value");
  } else if (kind.empty() || kind == "Node") {
    for (const std::string& fault : name_errors(objects::NameRule::DnsSubdomain, name)) {
      wrong.push_back("target.name: Invalid value: " + go_quoted(name) + ": " + fault);
    }
  }
  if (wrong.empty()) return {};
  if (wrong.size() == 1) return tl::unexpected(unexpected(wrong.front()));
  std::string all;
  for (const std::string& each : wrong) all += (all.empty() ? "[" : ", ") + each;
  return tl::unexpected(unexpected(all + "]"));
}

audit::Status not_bound(const Call& call, std::string_view why) {
  audit::Status status = conflict(call.resource, call.name, why);
  const std::string place = "Operation cannot be fulfilled on pods";
  status.message.insert(place.size(), "/binding");
  status.details->kind = "pods/binding";
  return status;
}

Expected<void> may_be_bound(const Call& call, const Json& pod) {
  const std::string name(pod.find("metadata")->text("name"));
  if (pod.find("metadata")->find("deletionTimestamp") != nullptr) {
    return tl::unexpected(
        not_bound(call, "pod " + name + " is being deleted, cannot be assigned to a host"));
  }
  const Json* spec = pod.find("spec");
  if (spec == nullptr) return {};
  if (const std::string_view node = spec->text("nodeName"); !node.empty()) {
    return tl::unexpected(
        not_bound(call, "pod " + name + " is already assigned to node " + go_quoted(node)));
  }
  const Json* gates = spec->find("schedulingGates");
  if (gates != nullptr && gates->array() != nullptr && !gates->array()->empty()) {
    return tl::unexpected(not_bound(call, "pod " + name + " has non-empty .spec.schedulingGates"));
  }
  return {};
}

// A Binding of another Pod of that name, or of an earlier version of it.
Expected<void> check_preconditions_of(const Call& call, const Json& binding, const Json& pod) {
  const Json& wanted = *binding.find("metadata");
  const Json& stored = *pod.find("metadata");
  const std::string_view uid = wanted.text("uid");
  if (!uid.empty() && uid != stored.text("uid")) {
    return tl::unexpected(uid_conflict(call, binding, stored.text("uid")));
  }
  const std::string_view version = wanted.text("resourceVersion");
  if (!version.empty() && version != stored.text("resourceVersion")) {
    return tl::unexpected(refused(call, store::Refusal::Changed));
  }
  return {};
}

void copy_map(Json& to, const Json& from, std::string_view name) {
  const Json* map = from.find(name);
  if (map == nullptr || map->object() == nullptr) return;
  Json& target = objects::object_in(to, name);
  for (const Json::Member& each : *map->object()) target.set(each.name, each.value);
}

Json bound(Json pod, const Json& binding) {
  objects::object_in(pod, "spec").set("nodeName", Json(binding.find("target")->text("name")));
  objects::object_in(pod, "status").erase("nominatedNodeName");
  Json& metadata = *pod.find("metadata");
  copy_map(metadata, *binding.find("metadata"), "annotations");
  copy_map(metadata, *binding.find("metadata"), "labels");
  set_pod_condition(pod, {"PodScheduled"});
  return objects::canonical_object({"v1", "Pod"}, pod).value();
}

const objects::Resource& pods() { return *objects::find_resource("", "v1", "pods"); }

Handled assign(Call& call, const Json& binding, DryRun dry_run) {
  Call pod{call.scope, call.options, pods(), nullptr, call.ns, call.name};
  const std::string key = pod.key(pod.name);
  for (int attempt = 0; attempt < kBindAttempts; ++attempt) {
    const auto current = co_await call.store().get(key);
    if (!current) co_return tl::unexpected(refused(pod, current.error()));
    const Json tree = (*current)->tree();
    if (auto met = check_preconditions_of(pod, binding, tree); !met) {
      co_return tl::unexpected(met.error());
    }
    if (auto free = may_be_bound(pod, tree); !free) co_return tl::unexpected(free.error());
    if (dry_run == DryRun::All) co_return tl::unexpected(created_nothing());
    const auto stored = co_await call.store().update(key, store::Draft(bound(tree, binding)),
                                                     (*current)->meta().resource_version);
    if (stored) co_return tl::unexpected(created_nothing());
    if (stored.error() != store::Refusal::Changed) {
      co_return tl::unexpected(refused(pod, stored.error()));
    }
  }
  co_return tl::unexpected(refused(pod, store::Refusal::Changed));
}

}  // namespace

Handled bind(Call& call) {
  const objects::TypeMeta type{"v1", "Binding"};
  auto written = co_await read_object_of(call, type, "CreateOptions");
  if (!written) co_return tl::unexpected(written.error());
  AdmissionRequest admission(call, AdmissionOperation::Create, type);
  admission.object = &written->object;
  admission.dry_run = written->options.dry_run;
  const auto admitted = co_await admit(admission);
  if (!admitted) co_return tl::unexpected(admitted.error());
  const std::string name(written->object.find("metadata")->text("name"));
  if (call.name.empty()) {
    call.name = name;  // of `bindings`, where only the body says it
  } else if (name != call.name) {
    co_return tl::unexpected(bad_request("name in URL does not match name in Binding object"));
  }
  const Json* target = written->object.find("target");
  if (auto good = check_target(target ? *target : Json(Json::Object())); !good) {
    co_return tl::unexpected(good.error());
  }
  if (call.name.empty()) co_return tl::unexpected(bad_request("Name parameter required."));
  co_return co_await assign(call, written->object, written->options.dry_run);
}

}  // namespace kaudit::apiserver::api
