#include "apiserver/admission/operation_options.hpp"

#include <string_view>

#include "apiserver/request/list_options.hpp"

namespace kaudit::apiserver::admission {
namespace {

using api::AdmissionOperation;
using objects::Json;

std::string_view text_of(api::Propagation propagation) noexcept {
  switch (propagation) {
    case api::Propagation::Unsaid:
      return "";
    case api::Propagation::Background:
      return "Background";
    case api::Propagation::Foreground:
      return "Foreground";
    case api::Propagation::Orphan:
      return "Orphan";
  }
  return "";
}

Json all() { return Json(Json::Array{Json("All")}); }

void add_deletion(Json& options, const api::DeleteRequest& request) {
  if (request.grace_period_seconds) {
    options.set("gracePeriodSeconds", Json(*request.grace_period_seconds));
  }
  Json preconditions{Json::Object()};
  if (request.uid) preconditions.set("uid", Json(*request.uid));
  if (request.resource_version) {
    preconditions.set("resourceVersion", Json(*request.resource_version));
  }
  if (!preconditions.object()->empty()) options.set("preconditions", std::move(preconditions));
  if (const auto text = text_of(request.propagation); !text.empty()) {
    options.set("propagationPolicy", Json(text));
  }
}

// What an update or an apply creates is asked about as a create.
std::string_view kind_of(const api::AdmissionRequest& request) noexcept {
  switch (request.operation) {
    case AdmissionOperation::Create:
      return "CreateOptions";
    case AdmissionOperation::Update:
      return request.call.scope.info.verb == "patch" ? "PatchOptions" : "UpdateOptions";
    case AdmissionOperation::Delete:
      return "DeleteOptions";
    case AdmissionOperation::Connect:
      break;
  }
  return "";
}

}  // namespace

Json operation_options(const api::AdmissionRequest& request) {
  const std::string_view kind = kind_of(request);
  if (kind.empty()) return {};
  Json options{Json::Object()};
  options.set("kind", Json(kind));
  options.set("apiVersion", Json("meta.k8s.io/v1"));
  const bool dry_run = request.dry_run == api::DryRun::All;
  if (request.operation == AdmissionOperation::Delete) {
    if (request.deletion != nullptr) add_deletion(options, *request.deletion);
    if (dry_run) options.set("dryRun", all());
    return options;
  }
  const request::Url& url = request.call.scope.url;
  if (dry_run) options.set("dryRun", all());
  if (kind == "PatchOptions" && request::is_set(url, "force")) options.set("force", Json(true));
  for (const std::string_view name : {"fieldManager", "fieldValidation"}) {
    if (const auto value = url.parameter(name); !value.empty()) options.set(name, Json(value));
  }
  return options;
}

}  // namespace kaudit::apiserver::admission
