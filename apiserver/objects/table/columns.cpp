#include "apiserver/objects/table/columns.hpp"

#include <algorithm>
#include <string>

#include "apiserver/objects/table/cell_functions.hpp"
#include "apiserver/objects/table/cell_text.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::table {
namespace {

using objects::Json;

struct Table {
  std::string_view key;  ///< `apps/v1/deployments`, `v1/pods`
  std::span<const Column> columns;
};

#include "apiserver/objects/table/columns_table.inc"

std::span<const Column> find(std::string_view key) noexcept {
  const auto* const found = std::ranges::find(kTables, key, &Table::key);
  return found == std::end(kTables) ? std::span<const Column>() : found->columns;
}

/// A number, text or flag as it is; what is not there as its column's type has it.
Json plain_cell(const Json* value, std::string_view type) {
  if (value != nullptr && (value->number() || value->boolean() || value->string())) return *value;
  if (type == "integer") return Json(std::int64_t{0});
  if (type == "boolean") return Json(false);
  return Json("");
}

Json cell_or_text(const Json* value, std::string_view text, std::string_view type) {
  const bool empty =
      value == nullptr || value->is_null() || (value->string() && value->string()->empty());
  if (type == "boolean") return empty ? Json(text == "true") : plain_cell(value, type);
  if (empty) return Json(text);
  return value->number() ? Json(value->number()->text) : plain_cell(value, type);
}

Json container_list(const Json* containers, std::string_view member) {
  std::string text;
  for (const Json& container : items(containers)) {
    if (!text.empty()) text += ',';
    text += container.text(member);
  }
  return Json(text);
}

Json bool_text(const Json* value) {
  if (value == nullptr || value->boolean() == nullptr) return Json("<unset>");
  return Json(*value->boolean() ? "True" : "False");
}

Json length(const Json* a, const Json* b) {
  return Json(static_cast<std::int64_t>(count(a) + count(b)));
}

// A value as the cell of a column of a custom resource. (apiextensions
// pkg/registry/customresource/tableconvertor)
Json custom_cell(const Column& column, const Row& row) {
  const auto found = column.cell.path->find(row.object);
  if (found.empty() || found.front()->is_null()) return Json();
  const Json& value = *found.front();
  const Json::Number* const number = value.number();
  if (column.type == "string") {
    if (value.object() || value.array()) return Json(value.dump());
    return Json(value.string() ? std::string(*value.string()) : value.dump());
  }
  if (column.type == "integer" && number != nullptr) {
    return parse_int64(number->text) ? value
                                     : Json(static_cast<std::int64_t>(std::stod(number->text)));
  }
  if (column.type == "number" && number != nullptr) return value;
  if (column.type == "boolean" && value.boolean()) return value;
  if (column.type == "date" && value.string()) {
    const std::string shown = age(&value, row.now);
    return Json(shown == "<unknown>" ? "<invalid>" : shown);
  }
  return Json();
}

Json cell_of(const Column& column, const Row& row) {
  const Cell& cell = column.cell;
  if (cell.kind == CellKind::JsonPath) return custom_cell(column, row);
  const Json* value = at(row.object, cell.a);
  switch (cell.kind) {
    case CellKind::Path:
      return plain_cell(value, column.type);
    case CellKind::Number:
      return plain_cell(value, "integer");
    case CellKind::Age:
      return Json(age(value, row.now));
    case CellKind::Or:
      return cell_or_text(value, cell.text, column.type);
    case CellKind::OrNumber:
      return value != nullptr && value->number() ? *value : Json(cell.text);
    case CellKind::Length:
      return length(value, cell.b.empty() ? nullptr : at(row.object, cell.b));
    case CellKind::Ratio:
      return Json(text_or_zero(value) + "/" + text_or_zero(at(row.object, cell.b)));
    case CellKind::Names:
      return container_list(value, "name");
    case CellKind::Images:
      return container_list(value, "image");
    case CellKind::Labels:
      return Json(labels_text(value));
    case CellKind::Selector:
      return Json(selector_text(value, "<none>"));
    case CellKind::BoolText:
      return bool_text(value);
    case CellKind::Join: {
      std::string text = joined(texts_at(row.object, cell.a), ",");
      return Json(text.empty() ? std::string(cell.text) : std::move(text));
    }
    case CellKind::Timestamp:
      return plain_cell(value, "string");
    case CellKind::JsonPath:
    case CellKind::Function:
      break;
  }
  return cell.function(row);
}

}  // namespace

std::span<const Column> columns_of(const objects::Resource& resource) noexcept {
  if (resource.is_custom()) return find("customResource");
  std::string key(resource.api_version);
  key.append("/").append(resource.name);
  const auto columns = find(key);
  return columns.empty() ? find("default") : columns;
}

std::span<const Column> scale_columns() noexcept { return find("autoscaling/v1/scale"); }

Json::Array cells_of(std::span<const Column> columns, const Row& row) {
  Json::Array cells;
  cells.reserve(columns.size());
  for (const Column& column : columns) cells.push_back(cell_of(column, row));
  return cells;
}

}  // namespace kaudit::apiserver::objects::table
