#include "apiserver/custom/definition.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/custom/definition_names.hpp"
#include "apiserver/custom/interned_resource.hpp"
#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/version_order.hpp"
#include "apiserver/objects/tree/conditions.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::custom {

using objects::Json;

namespace {

std::span<const Json> elements(const Json* list) {
  if (list == nullptr || list->array() == nullptr) return {};
  return *list->array();
}

std::vector<std::string> texts_in(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const Json& each : elements(object.find(name))) {
    if (each.string()) texts.push_back(*each.string());
  }
  return texts;
}

const Json* find_in(const Json& object, std::string_view parent, std::string_view name) {
  const Json* found = object.find(parent);
  return found == nullptr ? nullptr : found->find(name);
}

std::vector<std::string> members_of_path(std::string_view path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  const auto parts = split(path, '.');
  return {parts.begin(), parts.end()};
}

}  // namespace

Names Names::read(const Json* names) {
  if (names == nullptr) return {};
  return {std::string(names->text("plural")), std::string(names->text("singular")),
          std::string(names->text("kind")),   std::string(names->text("listKind")),
          texts_in(*names, "shortNames"),     texts_in(*names, "categories")};
}

/// Makes the versions of a definition whose names are known.
class DefinitionReader {
 public:
  DefinitionReader(const Definition& definition, const Json& spec)
      : definition_(definition), spec_(spec) {}

  Version read(const Json& given) const {
    Version version;
    version.name = given.text("name");
    version.served = is_true(given, "served");
    version.storage = is_true(given, "storage");
    if (is_true(given, "deprecated")) version.deprecation = deprecation_of(given);
    const Json* const parts = given.find("subresources");
    const Json* const scale = parts != nullptr ? parts->find("scale") : nullptr;
    const bool has_status = parts != nullptr && parts->find("status") != nullptr;
    if (scale != nullptr) version.scale = scale_of(*scale);
    version.resource = &resource_of(version.name, has_status, scale != nullptr);
    if (const Json* props = find_in(given, "schema", "openAPIV3Schema")) {
      version.schema_props = *props;
      if (auto schema = objects::schema::read_schema(*props)) version.schema = *std::move(schema);
    }
    read_columns(given, version);
    for (const Json& field : elements(given.find("selectableFields"))) {
      const std::string_view path = field.text("jsonPath");
      auto parsed = objects::table::JsonPath::parse(path);
      if (!parsed || path.size() < 2) continue;
      version.selectable.push_back({std::string(path.substr(1)), *std::move(parsed)});
    }
    return version;
  }

 private:
  const objects::Resource& resource_of(const std::string& version, bool has_status,
                                       bool has_scale) const {
    const Names& names = definition_.accepted;
    return interned_resource({definition_.group, version, names.kind, names.plural, names.singular,
                              names.list_kind, definition_.scope, names.short_names,
                              names.categories, has_status, has_scale});
  }

  static ScalePaths scale_of(const Json& scale) {
    ScalePaths paths;
    paths.replicas_text = scale.text("specReplicasPath");
    paths.replicas = members_of_path(paths.replicas_text);
    paths.status_replicas_text = scale.text("statusReplicasPath");
    paths.status_replicas = members_of_path(paths.status_replicas_text);
    paths.selector_text = scale.text("labelSelectorPath");
    if (!paths.selector_text.empty()) paths.selector = members_of_path(paths.selector_text);
    return paths;
  }

  // (customresource_handler defaultDeprecationWarning)
  std::string deprecation_of(const Json& given) const {
    if (given.find("deprecationWarning") != nullptr) {
      return std::string(given.text("deprecationWarning"));
    }
    const std::string& kind = definition_.asked.kind;
    const std::string_view own = given.text("name");
    std::string text = definition_.group + "/" + std::string(own) + " " + kind + " is deprecated";
    std::string_view best;
    for (const Json& other : elements(spec_.find("versions"))) {
      const std::string_view name = other.text("name");
      if (!is_true(other, "served") || is_true(other, "deprecated")) continue;
      if (!is_newer_version(name, own)) continue;
      if (best.empty() || is_newer_version(name, best)) best = name;
    }
    if (best.empty()) return text;
    return text.append("; use ").append(definition_.group).append("/").append(best) + " " + kind;
  }

  // (apiextensions pkg/registry/customresource/tableconvertor; one column that cannot be read ends
  // the list)
  static void read_columns(const Json& given, Version& version) {
    const auto keep = [&version](std::string_view text) -> std::string_view {
      return version.texts_.emplace_back(text);
    };
    const std::span<const Json> columns = elements(given.find("additionalPrinterColumns"));
    if (columns.empty()) return;
    version.columns.push_back(
        {"Name",
         "string",
         "name",
         "Name of the object",
         0,
         {objects::table::CellKind::Path, ".metadata.name", "", "", nullptr}});
    for (const Json& each : columns) {
      auto path = objects::table::JsonPath::parse(each.text("jsonPath"));
      if (!path) return;
      objects::table::Column column{};
      column.name = keep(each.text("name"));
      column.type = keep(each.text("type"));
      column.format = keep(each.text("format"));
      std::string description(each.text("description"));
      if (description.empty()) {
        description = "Custom resource definition column (in JSONPath format): ";
        description += each.text("jsonPath");
      }
      column.description = keep(description);
      if (const Json* priority = each.find("priority"); priority && priority->number()) {
        column.priority = static_cast<int>(parse_int64(priority->number()->text).value_or(0));
      }
      column.cell.kind = objects::table::CellKind::JsonPath;
      column.cell.path = &version.paths_.emplace_back(*std::move(path));
      version.columns.push_back(column);
    }
  }

  const Definition& definition_;
  const Json& spec_;
};

const Version* Definition::version(std::string_view version_name) const noexcept {
  const auto found = std::ranges::find(versions, version_name, &Version::name);
  return found == versions.end() ? nullptr : &*found;
}

const Version* Definition::served_version(std::string_view version_name) const noexcept {
  const Version* const found = version(version_name);
  return found != nullptr && found->served ? found : nullptr;
}

const Version& Definition::storage_version() const noexcept {
  const auto found = std::ranges::find(versions, true, &Version::storage);
  return found == versions.end() ? versions.front() : *found;
}

std::shared_ptr<Definition> read_definition(const objects::Object& object) {
  static const Json kEmpty{Json::Object()};
  const Json tree = object.tree();
  const Json* const given_spec = tree.find("spec");
  const Json& spec = given_spec != nullptr ? *given_spec : kEmpty;
  const Json* const given_status = tree.find("status");
  const Json& status = given_status != nullptr ? *given_status : kEmpty;
  auto definition = std::make_shared<Definition>();
  definition->name = object.meta().name;
  definition->uid = object.meta().uid;
  if (const Json* count = find_in(tree, "metadata", "generation"); count && count->number()) {
    definition->generation = parse_int64(count->number()->text).value_or(0);
  }
  definition->group = spec.text("group");
  definition->scope =
      spec.text("scope") == "Cluster" ? objects::Scope::Cluster : objects::Scope::Namespaced;
  definition->asked = Names::read(spec.find("names"));
  definition->accepted = Names::read(status.find("acceptedNames"));
  definition->established =
      objects::condition_is_true(tree, "Established") && !definition->accepted.plural.empty();
  definition->terminating = objects::condition_is_true(tree, "Terminating") ||
                            find_in(tree, "metadata", "deletionTimestamp") != nullptr;
  definition->since = object.meta().resource_version;
  if (const Json* conversion = spec.find("conversion");
      conversion != nullptr && conversion->text("strategy") == "Webhook") {
    definition->conversion = Conversion::Webhook;
    if (const Json* webhook = conversion->find("webhook")) definition->webhook = *webhook;
  }
  const DefinitionReader reader(*definition, spec);
  for (const Json& version : elements(spec.find("versions"))) {
    definition->versions.push_back(reader.read(version));
  }
  return definition;
}

}  // namespace kaudit::apiserver::custom
