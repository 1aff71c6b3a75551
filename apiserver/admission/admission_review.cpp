#include "apiserver/admission/admission_review.hpp"

#include <utility>

#include "apiserver/admission/operation_options.hpp"
#include "apiserver/admission/webhook_match.hpp"

namespace kaudit::apiserver::admission {
namespace {

using objects::Json;
using objects::Resource;

constexpr std::string_view kGroup = "admission.k8s.io/";

void set_text(Json& object, std::string_view name, std::string_view value) {
  if (!value.empty()) object.set(name, Json(value));
}

Json kind_of(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  const bool core = slash == std::string_view::npos;
  Json json{Json::Object()};
  json.set("group", Json(core ? "" : api_version.substr(0, slash)));
  json.set("version", Json(core ? api_version : api_version.substr(slash + 1)));
  json.set("kind", Json(kind));
  return json;
}

Json resource_of(const Resource& resource) {
  Json json{Json::Object()};
  json.set("group", Json(resource.group));
  json.set("version", Json(resource.version));
  json.set("resource", Json(resource.name));
  return json;
}

Json texts(const std::vector<std::string>& values) {
  Json::Array list;
  for (const std::string& value : values) list.emplace_back(value);
  return Json(std::move(list));
}

Json user_of(const audit::UserInfo& user) {
  Json json{Json::Object()};
  set_text(json, "username", user.username);
  set_text(json, "uid", user.uid);
  if (!user.groups.empty()) json.set("groups", texts(user.groups));
  Json extra{Json::Object()};
  for (const auto& [key, values] : user.extra) {
    extra.set(key, values ? texts(*values) : Json());
  }
  if (!extra.object()->empty()) json.set("extra", std::move(extra));
  return json;
}

}  // namespace

std::string admission_review(ReviewVersion version, std::string_view uid,
                             const api::AdmissionRequest& request, const Resource& asked,
                             ReviewedObjects objects) {
  const api::Call& call = request.call;
  const bool own = &asked == &call.resource;
  const Json kind = kind_of(request.kind.api_version, request.kind.kind);
  const bool of_own_kind = request.kind.kind == asked.kind;
  const std::string_view subresource = call.subresource != nullptr ? call.subresource->name : "";
  Json body{Json::Object()};
  body.set("uid", Json(uid));
  body.set("kind", own || !of_own_kind ? kind : kind_of(asked.api_version, asked.kind));
  body.set("resource", resource_of(asked));
  set_text(body, "subResource", subresource);
  body.set("requestKind", kind);
  body.set("requestResource", resource_of(call.resource));
  set_text(body, "requestSubResource", subresource);
  set_text(body, "name", request.name);
  set_text(body, "namespace", namespace_of(request));
  body.set("operation", Json(api::text(request.operation)));
  body.set("userInfo", user_of(call.scope.user));
  body.set("object", std::move(objects.object));
  body.set("oldObject", std::move(objects.old_object));
  body.set("dryRun", Json(request.dry_run == api::DryRun::All));
  body.set("options", operation_options(request));
  Json review{Json::Object()};
  review.set("kind", Json("AdmissionReview"));
  review.set("apiVersion", Json(std::string(kGroup).append(webhooks::text(version))));
  review.set("request", std::move(body));
  return review.dump();
}

}  // namespace kaudit::apiserver::admission
