#include "apiserver/objects/kind_rules.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "audit/base/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::string_view kNameLabel = "kubernetes.io/metadata.name";

// Puts a member where the order of the type wants it: before the first of those that come after it.
Json& insert_before(Json& object, std::string_view name, Json value,
                    std::initializer_list<std::string_view> later) {
  if (Json* present = object.find(name)) return *present = std::move(value);
  Json::Object& members = *object.object();
  auto place = members.begin();
  for (; place != members.end(); ++place) {
    if (std::find(later.begin(), later.end(), place->name) != later.end()) break;
  }
  return members.insert(place, {std::string(name), std::move(value)})->value;
}

void label_namespace(Json& object) {
  Json& metadata = *object.find("metadata");
  const std::string name(metadata.text("name"));
  if (name.empty()) return;
  Json labels = metadata.find("labels") ? *metadata.find("labels") : Json(Json::Object());
  labels.set(kNameLabel, Json(name));
  labels.sort_members();
  insert_before(metadata, "labels", std::move(labels),
                {"annotations", "ownerReferences", "finalizers", "managedFields"});
}

void fold_string_data(Json& object) {
  if (const Json* strings = object.find("stringData")) {
    Json data = object.find("data") ? *object.find("data") : Json(Json::Object());
    for (const Json::Member& member : *strings->object()) {
      data.set(member.name, Json(base64_encode(*member.value.string())));
    }
    data.sort_members();
    insert_before(object, "data", std::move(data), {"stringData"});
    object.erase("stringData");
  }
  if (object.text("type").empty()) object.set("type", Json("Opaque"));
}

}  // namespace

void apply_decoding_rules(TypeMeta type, Json& object) {
  if (type.api_version != "v1") return;
  if (type.kind == "Namespace") label_namespace(object);
  if (type.kind == "Secret") fold_string_data(object);
}

}  // namespace kaudit::apiserver::objects
