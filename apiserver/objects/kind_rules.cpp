#include "apiserver/objects/kind_rules.hpp"

#include "apiserver/objects/typed_members.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::string_view kNameLabel = "kubernetes.io/metadata.name";

MapValue& entries_of(const TypedRef& map, Arena& arena) {
  map.value->set = true;
  if (map.value->map == nullptr) map.value->map = arena.make<MapValue>();
  return *map.value->map;
}

void label_namespace(const TypedRef& object, Arena& arena) {
  const std::string_view name = object.find("metadata").find("name").text();
  if (name.empty()) return;
  const TypedRef labels = object.at("metadata", arena).at("labels", arena);
  entries_of(labels, arena).at(kNameLabel, arena).value.assign(name);
}

void fold_string_data(const TypedRef& object, Arena& arena) {
  const TypedRef given = object.find("stringData");
  if (!given || given.value->map == nullptr) return;
  const MapValue strings = *given.value->map;
  given.value->set = false;
  MapValue& data = entries_of(object.at("data", arena), arena);
  for (std::uint32_t i = 0; i < strings.size; ++i) {
    const Value& text = strings.entries[i].value;
    data.at(strings.entries[i].key, arena)
        .value.assign(text.set ? text.view() : std::string_view());
  }
}

}  // namespace

void apply_kind_rules(const Type& type, Value& object, Arena& arena) {
  static const Type* const namespace_type = type_by_id("core.v1.Namespace");
  static const Type* const secret_type = type_by_id("core.v1.Secret");
  const TypedRef root{&type, &object};
  if (&type == namespace_type) label_namespace(root, arena);
  if (&type == secret_type) {
    fold_string_data(root, arena);
    const TypedRef secret_kind = root.at("type", arena);
    if (secret_kind.text().empty()) secret_kind.value->assign("Opaque");
  }
}

}  // namespace kaudit::apiserver::objects
