#include "apiserver/reviews/identity_json.hpp"

#include <string>
#include <utility>
#include <vector>

namespace kaudit::apiserver::reviews {
namespace {

using objects::Json;

Json texts_json(const std::vector<std::string>& texts) {
  Json::Array items;
  for (const std::string& text : texts) items.emplace_back(text);
  return Json(std::move(items));
}

}  // namespace

Json user_json(const audit::UserInfo& user) {
  Json json{Json::Object()};
  if (!user.username.empty()) json.set("username", Json(user.username));
  if (!user.uid.empty()) json.set("uid", Json(user.uid));
  if (!user.groups.empty()) json.set("groups", texts_json(user.groups));
  if (user.extra.empty()) return json;
  Json extra{Json::Object()};
  for (const auto& [key, values] : user.extra) {
    extra.set(key, values ? texts_json(*values) : Json());
  }
  json.set("extra", std::move(extra));
  return json;
}

identity::Audiences audiences_of(const Json& spec, const identity::Audiences& otherwise) {
  identity::Audiences audiences;
  if (const Json* given = spec.find("audiences"); given != nullptr && given->array() != nullptr) {
    for (const Json& audience : *given->array()) {
      if (audience.string() != nullptr) audiences.push_back(*audience.string());
    }
  }
  return audiences.empty() ? otherwise : audiences;
}

Json audiences_json(const identity::Audiences& audiences) { return texts_json(audiences); }

}  // namespace kaudit::apiserver::reviews
