#include "apiserver/controllers/parts.hpp"

#include <charconv>
#include <initializer_list>
#include <utility>

#include "apiserver/objects/tree/conditions.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::controllers {

Json parsed(std::string_view text) { return Json::parse(text).value(); }

Json count(std::int64_t number) { return Json(number); }

const Json* at(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* found = &object;
  for (const std::string_view name : path) {
    found = found->find(name);
    if (found == nullptr) return nullptr;
  }
  return found;
}

std::string_view meta(const Json& object, std::string_view member) {
  const Json* metadata = object.find("metadata");
  return metadata == nullptr ? std::string_view() : metadata->text(member);
}

std::int64_t number_at(const Json& object, std::initializer_list<std::string_view> path,
                       std::int64_t otherwise) {
  const Json* found = at(object, path);
  if (found == nullptr || found->number() == nullptr) return otherwise;
  const std::string_view text = found->number()->text;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : otherwise;
}

std::string_view text_at(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* found = at(object, path);
  return found == nullptr || found->string() == nullptr ? std::string_view()
                                                        : std::string_view(*found->string());
}

bool is_going(const Json& object) { return !meta(object, "deletionTimestamp").empty(); }

const Json* controller_of(const Json& object) {
  const Json* references = at(object, {"metadata", "ownerReferences"});
  if (references == nullptr || references->array() == nullptr) return nullptr;
  for (const Json& reference : *references->array()) {
    const Json* controller = reference.find("controller");
    if (controller != nullptr && controller->boolean() != nullptr && *controller->boolean()) {
      return &reference;
    }
  }
  return nullptr;
}

Json owned_by(const Json& owner) {
  Json reference{Json::Object()};
  reference.set("apiVersion", Json(owner.text("apiVersion")));
  reference.set("kind", Json(owner.text("kind")));
  reference.set("name", Json(meta(owner, "name")));
  reference.set("uid", Json(meta(owner, "uid")));
  reference.set("controller", Json(true));
  reference.set("blockOwnerDeletion", Json(true));
  return Json(Json::Array{std::move(reference)});
}

std::string now_text() { return rfc3339_text(Timestamp::now()); }

Json condition(const Json& object, std::string_view type, std::string_view reason,
               std::string_view message) {
  const Json* before = objects::find_condition(object, type);
  const bool same = before != nullptr && before->text("status") == "True" &&
                    before->text("reason") == reason && before->text("message") == message;
  if (same) return *before;
  Json made{Json::Object()};
  made.set("type", Json(type));
  made.set("status", Json("True"));
  const std::string_view kind = object.text("kind");
  if (kind == "Deployment") made.set("lastUpdateTime", Json(now_text()));
  if (kind == "Job") made.set("lastProbeTime", Json(now_text()));
  made.set("lastTransitionTime", Json(now_text()));
  if (!reason.empty()) made.set("reason", Json(reason));
  if (!message.empty()) made.set("message", Json(message));
  return made;
}

std::string template_hash(const Json& pod_template) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::uint32_t sum = 2166136261U;  // FNV-1a
  for (const char c : pod_template.dump()) {
    sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  std::string text;
  for (const char digit : std::to_string(sum)) {
    text.push_back(kLetters[static_cast<unsigned char>(digit) % kLetters.size()]);
  }
  return text;
}

Json pod_of(const Json& owner, const Json& pod_template) {
  Json pod = parsed(R"({"kind":"Pod","apiVersion":"v1"})");
  Json metadata{Json::Object()};
  metadata.set("generateName", Json(std::string(meta(owner, "name")) + "-"));
  metadata.set("namespace", Json(meta(owner, "namespace")));
  for (const char* name : {"labels", "annotations", "finalizers"}) {
    if (const Json* part = at(pod_template, {"metadata", name})) metadata.set(name, *part);
  }
  metadata.set("ownerReferences", owned_by(owner));
  pod.set("metadata", std::move(metadata));
  if (const Json* spec = pod_template.find("spec")) pod.set("spec", *spec);
  return pod;
}

bool ends_by_itself(const Json& pod) {
  const std::string_view policy = text_at(pod, {"spec", "restartPolicy"});
  return policy == "Never" || policy == "OnFailure";
}

bool is_ready(const Json& pod) {
  return !is_going(pod) && objects::condition_is_true(pod, "Ready");
}

bool set_status(Json& object, Json status) {
  const Json* before = object.find("status");
  // The order of members is the type's in what is stored, ours in what is made.
  Json there = before == nullptr ? Json(Json::Object()) : *before;
  Json wanted = status;
  there.sort_members();
  wanted.sort_members();
  if (there == wanted) return false;
  object.set("status", std::move(status));
  return true;
}

}  // namespace kaudit::apiserver::controllers
