#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace kaudit::apiserver::objects::schema {

/// How deep a schema may nest. A real server has no such bound; nobody writes deeper ones.
inline constexpr std::size_t kMaxSchemaDepth = 200;

/// What a schema says of members that it does not name (`additionalProperties`).
enum class OtherMembers : std::uint8_t { Unsaid, Allowed, Forbidden, BySchema };

/// A bound of a number.
struct Bound {
  double value = 0;
  bool exclusive = false;
};

struct Property;

/// An OpenAPI v3 schema of a custom resource (apiextensions.k8s.io/v1 JSONSchemaProps), with what
/// Kubernetes adds to it. It serves all that is done by a schema: pruning, defaulting, checking
/// values, apply. Immutable after it is read; any thread may use it.
struct Schema {
  std::string type;    ///< "" when it is not said
  std::string format;  ///< "" when it is not said, or not one that is checked for that type
  bool nullable = false;
  bool preserves_unknown = false;  ///< x-kubernetes-preserve-unknown-fields
  bool int_or_string = false;      ///< x-kubernetes-int-or-string
  bool embedded = false;           ///< x-kubernetes-embedded-resource
  ListType list_type = ListType::Unmarked;
  MapType map_type = MapType::Unmarked;
  std::vector<std::string> list_keys;
  std::optional<Json> default_value;

  std::vector<Property> properties;  ///< by name
  std::unique_ptr<const Schema> items;
  OtherMembers other_members = OtherMembers::Unsaid;
  std::unique_ptr<const Schema> other_schema;  ///< of BySchema

  std::optional<Bound> maximum;
  std::optional<Bound> minimum;
  std::optional<double> multiple_of;
  std::optional<std::int64_t> max_length;
  std::optional<std::int64_t> min_length;
  std::optional<std::int64_t> max_items;
  std::optional<std::int64_t> min_items;
  std::optional<std::int64_t> max_properties;
  std::optional<std::int64_t> min_properties;
  bool unique_items = false;
  std::string pattern;
  std::shared_ptr<const re2::RE2> pattern_program;  ///< null when there is none or it is not valid
  std::string pattern_fault;                        ///< Go's text for one that is not valid
  std::vector<std::string> required;
  Json::Array enum_values;
  std::vector<Schema> all_of;
  std::vector<Schema> any_of;
  std::vector<Schema> one_of;
  std::unique_ptr<const Schema> not_schema;
  bool has_rules = false;  ///< x-kubernetes-validations, here or below: kept, not enforced

  Schema();
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  /// null when it does not name that member.
  const Schema* property(std::string_view name) const noexcept;
  /// The schema of a member's value, named or not; null when it says nothing of it.
  const Schema* member(std::string_view name) const noexcept;
};

struct Property {
  std::string name;
  Schema schema;
};

/// Reads JSONSchemaProps as they are stored in a CustomResourceDefinition. Error: it nests deeper
/// than kMaxSchemaDepth.
Result<Schema> read_schema(const Json& props);

/// What Go says of a regular expression that is not one: "" for a valid one.
std::string pattern_fault(std::string_view pattern);

/// Whether that format is checked for values of that type ("" stands for none). (apiextensions
/// pkg/apiserver/validation supportedVersionedFormats)
bool is_known_format(std::string_view type, std::string_view format);

}  // namespace kaudit::apiserver::objects::schema
