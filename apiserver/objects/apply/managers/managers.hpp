#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "apiserver/objects/apply/path_set.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::apply {

/// How a manager came to its fields.
enum class Ownership : std::uint8_t { Apply, Update };

/// Who owns fields of an object: an entry of metadata.managedFields, without the fields.
struct ManagerName {
  std::string manager;
  Ownership ownership = Ownership::Update;
  std::string api_version;
  std::string subresource;  ///< "" for the object itself

  /// What two entries of one manager have in common, as the JSON text by which managers sort; an
  /// Apply is the same in every version. (managedfields BuildManagerIdentifier)
  std::string identity() const;
  /// As conflicts show it: `"kubectl" with subresource "scale" using apps/v1`.
  std::string shown() const;
};

/// The fields of one manager.
struct ManagedSet {
  ManagerName name;
  std::string time;  ///< RFC 3339; "" when unknown
  PathSet fields;
};

/// All of an object's managers, by identity.
using Managers = std::map<std::string, ManagedSet>;

/// A ManagerName whose texts are somebody else's.
struct NamedManager {
  std::string_view manager;
  Ownership ownership;
  std::string_view api_version;
  std::string_view subresource;
};

/// From metadata.managedFields; null: none. Error: an entry that no server would have written.
Result<Managers> read_managers(const Json* managed_fields);
/// As the member's value, in the order in which a server writes the entries; null for none.
Json managed_fields_of(const Managers& managers);
/// The same of one manager, whose fields are in the form of FieldsV1.
Json managed_fields_of(const NamedManager& only, std::string_view time, Json fields);

}  // namespace kaudit::apiserver::objects::apply
