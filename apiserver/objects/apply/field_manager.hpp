#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "apiserver/objects/apply/ownership.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::apply {

/// Why an apply is refused, in the real server's words.
struct ApplyRefusal {
  enum class Kind : std::uint16_t { BadRequest = 400, Conflict = 409, Unforeseen = 500 };
  struct Cause {  ///< of a conflict
    std::string message;
    std::string field;
  };
  Kind kind;
  std::string message;
  std::vector<Cause> causes = {};
};

/// Whether the status of a custom resource's objects is written by a URL of its own.
enum class OwnStatus : std::uint8_t { InObject, Apart };

/// What a URL writes: objects of a kind, or a part of them.
struct FieldScope {
  const Type* type = nullptr;  ///< null: a kind without tables
  std::string_view api_version;
  std::string_view kind;
  std::string_view subresource = {};       ///< "" for the object itself
  const schema::Schema* schema = nullptr;  ///< of a custom resource that has one
  bool custom = false;                     ///< a kind without tables that is no unknown one
  OwnStatus status = OwnStatus::Apart;     ///< of a custom resource
};

/// Who writes, and when.
struct Writer {
  std::string_view manager;  ///< "" counts as `unknown`
  std::string_view now;      ///< RFC 3339, whole seconds
};

/// Keeps metadata.managedFields up on every write, and merges what is applied (server-side apply).
/// The rules are those of apimachinery's pkg/util/managedfields: at most ten managers of updates,
/// what kubectl once applied on its side counts as its own, fields that the URL does not write have
/// no owner through it. Holds references to what its scope names; an immutable value otherwise.
class FieldManager {
 public:
  explicit FieldManager(const FieldScope& scope);

  /// The managedFields of an object that will be stored; null for none. `live`: what is stored now,
  /// null for a new object. What cannot be made sense of leaves them as they are, since no write
  /// fails for it.
  Json update(const Json* live, const Json& wanted, const Writer& writer) const;

  struct Applied {
    Json object;  ///< members in no order, without managedFields; not yet read as its kind
    Json managed_fields;
  };
  /// Lays what is applied over what is stored; `live` is null for a new object.
  tl::expected<Applied, ApplyRefusal> apply(const Json* live, const Json& config,
                                            const Writer& writer, Force force) const;

 private:
  OwnedObject owned() const { return {type_, api_version_, reset_}; }
  ManagerName name_of(const Writer& writer, Ownership ownership) const;
  void credit(PathSet fields, const Writer& writer, Managers& managers) const;
  tl::expected<void, ApplyRefusal> check_config(const Json& config) const;
  tl::expected<Json, Conflicts> apply_to(const Json& live, const Json& config, const Writer& writer,
                                         Force force, Managers& managers) const;

  FieldScope scope_;
  MergeType type_;
  std::string api_version_;
  PathSet reset_;
  Json empty_;    ///< an object of the kind that says nothing
  bool bounded_;  ///< objects of the kind nest as deep as its type does, managedFields aside
};

/// What a client means by an only managedFields entry that is empty (`[{}]`), or an empty list:
/// that they be forgotten.
bool resets_managed_fields(const Json& object);

}  // namespace kaudit::apiserver::objects::apply
