#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/table/json_path.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::objects::table {

/// What a cell is made from.
struct Row {
  const objects::Json& object;
  Timestamp now;  ///< ages are counted to here
};

/// A cell that needs more than a path: `podStatus`, `servicePorts` …
using CellFunction = objects::Json (*)(const Row& row);

/// How a cell is made; `a` and `b` are paths into the object, `text` stands in for a value that is
/// missing or empty, or joins a list.
enum class CellKind : std::uint8_t {
  Path,       ///< the value at a, in its JSON type
  Number,     ///< the number at a, else 0, in a column of any type
  Age,        ///< the time since a
  Or,         ///< the value at a as the column's type, else text
  OrNumber,   ///< the value at a in its JSON type, else text
  Length,     ///< entries at a and at b, together
  Ratio,      ///< a/b
  Names,      ///< of the containers at a
  Images,     ///< likewise
  Labels,     ///< the map at a as k=v,k=v
  Selector,   ///< the LabelSelector at a as text
  BoolText,   ///< True or False
  Join,       ///< the texts at a with commas between, else text
  Timestamp,  ///< the time at a itself
  Function,
  JsonPath,  ///< of a custom resource: the value at the path, as the column's type; else null
};

struct Cell {
  CellKind kind;
  std::string_view a;
  std::string_view b;
  std::string_view text;
  CellFunction function;
  const class JsonPath* path = nullptr;  ///< of JsonPath
};

/// metav1.TableColumnDefinition and what its cells are.
struct Column {
  std::string_view name;
  std::string_view type;
  std::string_view format;
  std::string_view description;
  int priority;
  Cell cell;
};

/// The columns that a server prints of a resource's objects (columns.json; kubernetes
/// pkg/printers/internalversion). A resource without an entry, and a custom one that names none,
/// has its name and its age.
std::span<const Column> columns_of(const objects::Resource& resource) noexcept;
/// Of a scale subresource.
std::span<const Column> scale_columns() noexcept;

/// The cells of one object, in the order of the columns.
objects::Json::Array cells_of(std::span<const Column> columns, const Row& row);

}  // namespace kaudit::apiserver::objects::table
