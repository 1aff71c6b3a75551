#include "apiserver/api/read/field_labels.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec/member_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

struct Label {
  std::string_view name;
  std::string_view path = {};     // in the object, when it is not the name
  std::string_view unset = {};    // the value of what the object does not say
  std::string_view instead = {};  // the path to look at when there is nothing at the first
};

constexpr std::array kPod = {
    Label{"metadata.name"},
    Label{"metadata.namespace"},
    Label{"spec.nodeName"},
    Label{"spec.host", "spec.nodeName"},
    Label{"spec.restartPolicy"},
    Label{"spec.schedulerName"},
    Label{"spec.serviceAccountName"},
    Label{"spec.hostNetwork", {}, "false"},
    Label{"status.phase"},
    Label{"status.podIP"},
    Label{"status.podIPs", "status.podIP"},
    Label{"status.nominatedNodeName"},
};
constexpr std::array kEvent = {
    Label{"metadata.name"},
    Label{"metadata.namespace"},
    Label{"involvedObject.kind"},
    Label{"involvedObject.namespace"},
    Label{"involvedObject.name"},
    Label{"involvedObject.uid"},
    Label{"involvedObject.apiVersion"},
    Label{"involvedObject.resourceVersion"},
    Label{"involvedObject.fieldPath"},
    Label{"reason"},
    Label{"reportingComponent"},
    Label{"source", "source.component", {}, "reportingComponent"},
    Label{"type"},
};
constexpr std::array kNewEvent = {
    // Stored as an Event of core/v1.
    Label{"metadata.name"},
    Label{"metadata.namespace"},
    Label{"regarding.kind", "involvedObject.kind"},
    Label{"regarding.namespace", "involvedObject.namespace"},
    Label{"regarding.name", "involvedObject.name"},
    Label{"regarding.uid", "involvedObject.uid"},
    Label{"regarding.apiVersion", "involvedObject.apiVersion"},
    Label{"regarding.resourceVersion", "involvedObject.resourceVersion"},
    Label{"regarding.fieldPath", "involvedObject.fieldPath"},
    Label{"reason"},
    Label{"reportingController", "reportingComponent"},
    Label{"type"},
};
constexpr std::array kSecret = {Label{"metadata.name"}, Label{"metadata.namespace"}, Label{"type"}};
constexpr std::array kNamespace = {Label{"metadata.name"}, Label{"status.phase"}};
constexpr std::array kNode = {Label{"metadata.name"}, Label{"spec.unschedulable", {}, "false"}};
constexpr std::array kReplicas = {Label{"metadata.name"}, Label{"metadata.namespace"},
                                  Label{"status.replicas", {}, "0"}};
constexpr std::array kService = {Label{"metadata.name"}, Label{"metadata.namespace"},
                                 Label{"spec.clusterIP"}, Label{"spec.type"}};
constexpr std::array kJob = {Label{"metadata.name"}, Label{"metadata.namespace"},
                             Label{"status.successful", "status.succeeded", "0"}};
constexpr std::array kRequest = {Label{"metadata.name"}, Label{"spec.signerName"}};

constexpr std::string_view kNotSupported = "field label not supported: ";

}  // namespace

struct FieldLabels::Kind {
  std::string_view group;
  std::string_view resource;
  std::span<const Label> labels;
};

namespace {

constexpr std::array kKinds = {
    FieldLabels::Kind{"", "events", kEvent},
    FieldLabels::Kind{"", "namespaces", kNamespace},
    FieldLabels::Kind{"", "nodes", kNode},
    FieldLabels::Kind{"", "pods", kPod},
    FieldLabels::Kind{"", "replicationcontrollers", kReplicas},
    FieldLabels::Kind{"", "secrets", kSecret},
    FieldLabels::Kind{"", "services", kService},
    FieldLabels::Kind{"apps", "replicasets", kReplicas},
    FieldLabels::Kind{"batch", "jobs", kJob},
    FieldLabels::Kind{"certificates.k8s.io", "certificatesigningrequests", kRequest},
    FieldLabels::Kind{"events.k8s.io", "events", kNewEvent},
};

const Label* find(std::span<const Label> labels, std::string_view name) {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const Label& label) { return label.name == name; });
  return found == labels.end() ? nullptr : &*found;
}

std::string text_of_refusal(const FieldLabels::Kind* kind, std::string_view label) {
  if (kind == nullptr) {
    return go_quoted(label) +
           " is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
  }
  if (kind->resource == "jobs") {
    return "field label " + go_quoted(label) + " not supported for batchv1.Job";
  }
  return std::string(kNotSupported) + std::string(label);
}

}  // namespace

FieldLabels::FieldLabels(const Call& call) : version_(call.version) {
  if (version_ != nullptr) return;
  for (const Kind& kind : kKinds) {
    if (kind.group == call.resource.group && kind.resource == call.resource.name) kind_ = &kind;
  }
}

const custom::SelectableField* FieldLabels::selectable(std::string_view label) const noexcept {
  if (version_ == nullptr) return nullptr;
  const auto found = std::ranges::find(version_->selectable, label, &custom::SelectableField::name);
  return found == version_->selectable.end() ? nullptr : &*found;
}

Expected<void> FieldLabels::check(std::string_view label) const {
  if (version_ != nullptr) {
    if (label == "metadata.name" || selectable(label) != nullptr) return {};
    if (label == "metadata.namespace" && version_->resource->namespaced()) return {};
    return tl::unexpected(bad_request(std::string(kNotSupported) + std::string(label)));
  }
  const bool known = kind_ != nullptr ? find(kind_->labels, label) != nullptr
                                      : label == "metadata.name" || label == "metadata.namespace";
  if (known) return {};
  return tl::unexpected(bad_request(text_of_refusal(kind_, label)));
}

std::string_view FieldLabels::value(const objects::Object& object, std::string_view label,
                                    std::string& scratch) const {
  if (label == "metadata.name") return object.meta().name;
  if (label == "metadata.namespace") return object.meta().ns;
  if (const custom::SelectableField* field = selectable(label)) {
    const objects::Json tree = object.tree();
    const auto found = field->path.find(tree);
    if (found.empty() || found.front()->is_null()) return {};
    const objects::Json& own = *found.front();
    scratch = own.string() ? std::string(*own.string()) : own.dump();
    return scratch;
  }
  const Label* known = kind_ == nullptr ? nullptr : find(kind_->labels, label);
  if (known == nullptr) return {};
  const std::string_view path = known->path.empty() ? known->name : known->path;
  std::string_view value = objects::member_text(object.text(), path, scratch);
  if (value.empty() && !known->instead.empty()) {
    value = objects::member_text(object.text(), known->instead, scratch);
  }
  return value.empty() ? known->unset : value;
}

}  // namespace kaudit::apiserver::api
