#include "apiserver/objects/table/view.hpp"

#include <utility>

#include "apiserver/objects/table/cell_text.hpp"

namespace kaudit::apiserver::objects::table {
namespace {

using objects::Json;

Json object_of_kind(std::string_view kind, const View& view) {
  Json json{Json::Object()};
  json.set("kind", Json(kind));
  json.set("apiVersion", Json(std::string("meta.k8s.io/").append(view.version)));
  return json;
}

Json partial(Json&& object, const View& view) {
  Json json = object_of_kind("PartialObjectMetadata", view);
  Json* metadata = object.find("metadata");
  json.set("metadata", metadata != nullptr ? std::move(*metadata) : Json(Json::Object()));
  return json;
}

/// An item of a list with the type that it has beside the list.
Json with_type(const objects::Resource& resource, Json&& object) {
  if (object.find("kind") != nullptr) return std::move(object);
  Json json{Json::Object()};
  json.set("kind", Json(resource.kind));
  json.set("apiVersion", Json(resource.api_version));
  for (Json::Member& member : *object.object()) json.set(member.name, std::move(member.value));
  return json;
}

Json row_object(const objects::Resource& resource, const View& view, Json&& object) {
  switch (view.include_object) {
    case IncludeObject::None:
      return Json();
    case IncludeObject::Object:
      return with_type(resource, std::move(object));
    case IncludeObject::Metadata:
      break;
  }
  return partial(std::move(object), view);
}

Json definitions(std::span<const Column> columns) {
  Json::Array list;
  for (const Column& column : columns) {
    Json entry{Json::Object()};
    entry.set("name", Json(column.name));
    entry.set("type", Json(column.type));
    entry.set("format", Json(column.format));
    entry.set("description", Json(column.description));
    entry.set("priority", Json(std::int64_t{column.priority}));
    list.push_back(std::move(entry));
  }
  return Json(std::move(list));
}

/// A pod that is done says so beside its cells; kubectl leaves such rows out where it is asked to.
void add_conditions(Json& row, const Json& object, const objects::Resource& resource) {
  if (resource.kind != "Pod") return;
  const std::string phase = text_at(object, ".status.phase");
  if (phase != "Succeeded" && phase != "Failed") return;
  Json condition{Json::Object()};
  condition.set("type", Json("Completed"));
  condition.set("status", Json("True"));
  condition.set("reason", Json(phase));
  condition.set("message", Json(phase == "Succeeded" ? "The pod has completed successfully."
                                                     : "The pod failed."));
  Json::Array list;
  list.push_back(std::move(condition));
  row.set("conditions", Json(std::move(list)));
}

Json row_of(const objects::Resource& resource, const View& view, std::span<const Column> columns,
            Json&& object, Timestamp now) {
  Json row{Json::Object()};
  row.set("cells", Json(cells_of(columns, {object, now})));
  add_conditions(row, object, resource);
  row.set("object", row_object(resource, view, std::move(object)));
  return row;
}

/// The metadata of a list, or what of an object's a Table has.
Json list_metadata(const Json& json) {
  Json metadata{Json::Object()};
  const Json* given = json.find("metadata");
  if (given == nullptr) return metadata;
  for (const char* member : {"resourceVersion", "continue", "remainingItemCount"}) {
    const Json* value = given->find(member);
    const bool empty = value != nullptr && value->string() && value->string()->empty();
    if (value != nullptr && !empty) metadata.set(member, *value);
  }
  return metadata;
}

/// An object of a custom resource may have items of its own.
bool is_list(const objects::Resource& resource, const Json& json) {
  if (json.find("items") == nullptr) return false;
  const std::string_view kind = json.text("kind");
  return resource.is_custom() ? kind == resource.list_kind : kind.ends_with("List");
}

std::span<const Column> columns_in(const View& view, const objects::Resource& resource) {
  return view.columns.empty() ? columns_of(resource) : view.columns;
}

Json table_of(const objects::Resource& resource, const View& view, Json&& json, Timestamp now,
              Header header) {
  const bool scale = json.text("kind") == "Scale" && resource.kind != "Scale";
  const std::span<const Column> columns = scale ? scale_columns() : columns_in(view, resource);
  Json table = object_of_kind("Table", view);
  table.set("metadata", list_metadata(json));
  table.set("columnDefinitions", header == Header::Columns ? definitions(columns) : Json());
  Json::Array rows;
  if (is_list(resource, json)) {
    for (Json& object : items(json.find("items"))) {
      rows.push_back(row_of(resource, view, columns, std::move(object), now));
    }
  } else {
    rows.push_back(row_of(resource, view, columns, std::move(json), now));
  }
  table.set("rows", Json(std::move(rows)));
  return table;
}

Json partial_list(const View& view, Json&& json) {
  Json::Array list;
  for (Json& object : items(json.find("items"))) list.push_back(partial(std::move(object), view));
  Json whole_list = object_of_kind("PartialObjectMetadataList", view);
  whole_list.set("metadata", list_metadata(json));
  whole_list.set("items", Json(std::move(list)));
  return whole_list;
}

/// How a server's own errors call a type.
std::string go_type(const Json& json) {
  const std::string_view version = json.text("apiVersion");
  const std::size_t slash = version.find('/');
  const std::string_view group =
      slash == std::string_view::npos ? "core" : version.substr(0, slash);
  return std::string("*")
      .append(group.substr(0, group.find('.')))
      .append(".")
      .append(json.text("kind"));
}

}  // namespace

Result<std::string> show(const objects::Resource& resource, const View& view, std::string_view text,
                         Timestamp now, Header header) {
  if (view.form == Form::Whole) return std::string(text);
  auto json = Json::parse(text);
  if (!json) return tl::unexpected(json.error());
  if (json->text("kind") == "Status" && json->text("apiVersion") == "v1") return std::string(text);
  const bool list = is_list(resource, *json);
  switch (view.form) {
    case Form::Table:
      return table_of(resource, view, *std::move(json), now, header).dump();
    case Form::PartialMetadata:
      if (!list) return partial(*std::move(json), view).dump();
      return fail("you requested PartialObjectMetadata, but the requested object is a list (" +
                  go_type(*json) + ")");
    case Form::PartialMetadataList:
      if (list) return partial_list(view, *std::move(json)).dump();
      return fail(
          "you requested PartialObjectMetadataList, but the requested object is not a list "
          "(" +
          go_type(*json) + ")");
    case Form::Whole:
      break;
  }
  return std::string(text);
}

Result<ListText> ListText::begin(const objects::Resource& resource, const View& view,
                                 std::string_view empty, Timestamp now) {
  auto text = show(resource, view, empty, now);
  if (!text) return tl::unexpected(text.error());
  text->resize(text->size() - kEnd.size());
  View found = view;
  found.columns = columns_in(view, resource);
  return ListText(resource, found, now, *std::move(text));
}

Result<void> ListText::add(std::string_view object) {
  auto json = Json::parse(object);
  if (!json) return tl::unexpected(json.error());
  if (text_.back() != '[') text_ += ',';
  const Json shown = view_.form == Form::Table
                         ? row_of(*resource_, view_, view_.columns, *std::move(json), now_)
                         : partial(*std::move(json), view_);
  shown.append_to(text_);
  return {};
}

std::string ListText::end() && { return std::move(text_.append(kEnd)); }

}  // namespace kaudit::apiserver::objects::table
