#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/custom/retirement.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/table/columns.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

/// The names that a definition asks for, or has been given.
struct Names {
  std::string plural;
  std::string singular;
  std::string kind;
  std::string list_kind;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;

  static Names read(const objects::Json* names);
  friend bool operator==(const Names&, const Names&) = default;
};

/// Where the parts of a Scale are in an object: paths of members.
struct ScalePaths {
  std::string replicas_text;  ///< as the definition has it: `.spec.replicas`
  std::vector<std::string> replicas;
  std::string status_replicas_text;
  std::vector<std::string> status_replicas;
  std::string selector_text;  ///< "" for none
  std::vector<std::string> selector;
};

/// A field that objects are selected by: `spec.color`, and where it is.
struct SelectableField {
  std::string name;
  objects::table::JsonPath path;
};

/// One version of a custom resource.
struct Version {
  std::string name;
  bool served = false;
  bool storage = false;
  std::string deprecation;  ///< the warning of a deprecated one; "" for others
  const objects::Resource* resource = nullptr;
  std::optional<objects::schema::Schema> schema;
  objects::Json schema_props;                   ///< what the schema was read from; null for none
  std::vector<objects::table::Column> columns;  ///< empty: name and age
  std::vector<SelectableField> selectable;
  std::optional<ScalePaths> scale;

  const objects::schema::Schema* schema_or_null() const noexcept {
    return schema ? &*schema : nullptr;
  }

 private:
  friend class DefinitionReader;
  std::deque<std::string> texts_;  // that the columns refer to
  std::deque<objects::table::JsonPath> paths_;
};

enum class Conversion : std::uint8_t { None, Webhook };

/// A CustomResourceDefinition as the server works by it. Immutable; any thread.
struct Definition {
  std::string name;  ///< `widgets.example.com`
  std::string uid;
  std::int64_t generation = 0;  ///< counts the changes of its spec
  std::string group;
  objects::Scope scope = objects::Scope::Namespaced;
  Names asked;
  Names accepted;
  bool established = false;  ///< its resources are served
  bool terminating = false;
  std::vector<Version> versions;
  Conversion conversion = Conversion::None;
  objects::Json webhook;  ///< of Conversion::Webhook
  /// Of the change since which objects are written by it: older ones are brought into its form when
  /// they are read.
  std::uint64_t since = 0;
  /// Ends what goes on by it when another definition, or none, takes its place.
  std::shared_ptr<Retirement> retirement = std::make_shared<Retirement>();

  /// null when there is none of that name.
  const Version* version(std::string_view version_name) const noexcept;
  const Version* served_version(std::string_view version_name) const noexcept;
  const Version& storage_version() const noexcept;
};

using DefinitionPtr = std::shared_ptr<const Definition>;

/// Reads a CustomResourceDefinition that is stored. What its rules refuse does not come here: a
/// schema that cannot be read counts as none, a column as not there.
std::shared_ptr<Definition> read_definition(const objects::Object& object);

}  // namespace kaudit::apiserver::custom
