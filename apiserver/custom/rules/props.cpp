#include "apiserver/custom/rules/props.hpp"

#include <vector>

namespace kaudit::apiserver::custom {

using objects::Json;

bool is_true(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  return value != nullptr && value->boolean() && *value->boolean();
}

std::span<const Json> list_of(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  if (value == nullptr || value->array() == nullptr) return {};
  return *value->array();
}

std::span<const Json::Member> members_of(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  if (value == nullptr || value->object() == nullptr) return {};
  return *value->object();
}

const Json* schema_of(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  return value != nullptr && value->object() ? value : nullptr;
}

bool any_schema(const Json& root, const std::function<bool(const Json& schema)>& is_so) {
  std::vector<const Json*> open{&root};
  while (!open.empty()) {
    const Json& props = *open.back();
    open.pop_back();
    if (is_so(props)) return true;
    for (const std::string_view name :
         {"items", "not", "additionalProperties", "additionalItems"}) {
      if (const Json* schema = schema_of(props, name)) open.push_back(schema);
    }
    for (const std::string_view name : {"items", "allOf", "anyOf", "oneOf"}) {
      for (const Json& schema : list_of(props, name)) open.push_back(&schema);
    }
    for (const std::string_view name :
         {"properties", "patternProperties", "definitions", "dependencies"}) {
      for (const Json::Member& member : members_of(props, name)) {
        if (member.value.object()) open.push_back(&member.value);
      }
    }
  }
  return false;
}

}  // namespace kaudit::apiserver::custom
