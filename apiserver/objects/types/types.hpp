#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/objects/name_hash.hpp"
#include "apiserver/objects/tree/member_name.hpp"
#include "apiserver/objects/tree/name_bits.hpp"
#include "apiserver/objects/tree/tree_text.hpp"

/// The Go types behind Kubernetes' objects as data: made from schema.json at build time, all of it
/// static and constant, so reading it needs no lock and start-up parses nothing. The rules by which
/// a value of such a type is read and written are in README.md.
namespace kaudit::apiserver::objects {

/// What a value is. Those before Struct are leaves: Raw (RawExtension), FieldsV1 and Json hold any
/// JSON as it came, Any is an interface value.
enum class TypeKind : std::uint8_t {
  String,
  Bool,
  Int32,
  Int64,
  Double,
  Bytes,
  Time,
  MicroTime,
  Duration,
  Quantity,
  IntOrString,
  Raw,
  FieldsV1,
  Json,
  Any,
  Struct,
  List,
  Map,
};

/// Whether Go holds it in a struct, whatever its JSON is. omitempty never leaves one out.
constexpr bool is_go_struct(TypeKind kind) noexcept {
  switch (kind) {
    case TypeKind::Time:
    case TypeKind::MicroTime:
    case TypeKind::Duration:
    case TypeKind::Quantity:
    case TypeKind::IntOrString:
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
    case TypeKind::Json:
    case TypeKind::Struct:
      return true;
    case TypeKind::String:
    case TypeKind::Bool:
    case TypeKind::Int32:
    case TypeKind::Int64:
    case TypeKind::Double:
    case TypeKind::Bytes:
    case TypeKind::Any:
    case TypeKind::List:
    case TypeKind::Map:
      break;
  }
  return false;
}

/// Whether server-side apply sees a scalar in it: what holds no values of other types, nor any
/// JSON.
constexpr bool is_scalar(TypeKind kind) noexcept { return kind < TypeKind::Raw; }

/// Structs of apiextensions whose JSON is that of one of their fields.
enum class Special : std::uint8_t { None, SchemaOrBool, SchemaOrArray, SchemaOrStrings };

/// The merge marks of server-side apply. Unmarked: lists are atomic, maps and structs granular.
enum class ListType : std::uint8_t { Unmarked, Atomic, Set, Map };
enum class MapType : std::uint8_t { Unmarked, Atomic, Granular };
enum class StructType : std::uint8_t { Unmarked, Atomic, Granular };

/// Strategic merge patch. A list without a strategy is replaced.
enum class PatchStrategy : std::uint8_t { None, Merge, Replace, RetainKeys, MergeRetainKeys };

/// When encoding/json leaves a member out. Empty (`omitempty`) never omits a struct that is not a
/// pointer; Zero (`omitzero`) omits the zero time.
enum class Omit : std::uint8_t { Never, Empty, Zero };

struct Type;

/// What few fields have.
struct Marks {
  std::span<const std::string_view> list_keys;
  std::span<const std::string_view> enum_values;
  std::string_view default_json;
  std::string_view merge_key;
};
inline constexpr Marks kNoMarks{};

/// One field of a Go struct.
struct Field {
  std::string_view name;  ///< JSON name; "" when inlined
  const Type* type;
  /// Of a named string, or of the elements of a list or map of such: `v1.DNSPolicy`.
  std::string_view go_type;
  const Marks* marks;         ///< null: none
  std::int16_t number;        ///< protobuf field number; 0: not in protobuf
  std::uint8_t wire_types;    ///< accepted in protobuf: bit n for wire type n
  std::uint8_t first_member;  ///< place of its member, or of the first that it inlines
  Omit omit;
  bool inlined;   ///< its type's members appear in the parent
  bool pointer;   ///< absent differs from zero
  bool required;  ///< in OpenAPI
  ListType list_type;
  MapType map_type;
  StructType struct_type;
  PatchStrategy patch_strategy;
  TreeText::Words name_words = TreeText::constant_words(name);
  NameBits name_bit = objects::name_bit(name);

  /// The name as trees have it.
  TreeText tree_name() const noexcept { return TreeText::of_static(name, name_words); }
  bool is_named(const MemberName& given) const noexcept {
    const TreeText::Words& words = given.words();
    if (given.is_near()) return words[0] == name_words[0] && words[1] == name_words[1];
    return given.text().data() == name.data() || given.text() == name;
  }

  /// Of ListType::Map.
  std::span<const std::string_view> list_keys() const noexcept { return all().list_keys; }
  /// Empty: any value will do.
  std::span<const std::string_view> enum_values() const noexcept { return all().enum_values; }
  /// The default by marker, as JSON; "" when there is none.
  std::string_view default_json() const noexcept { return all().default_json; }
  /// Of strategic merge patch.
  std::string_view merge_key() const noexcept { return all().merge_key; }

 private:
  const Marks& all() const noexcept { return marks ? *marks : kNoMarks; }
};

/// A member of a struct's JSON: a field of its own, or of a struct that it inlines.
struct Member {
  const Field* field;
  const Type* owner;  ///< the struct that declares the field

  std::string_view name() const noexcept { return field->name; }
};

struct Type {
  TypeKind kind;
  Special special;
  bool wrapped;                   ///< a list that is a message `{1: repeated element}` in protobuf
  StructType struct_type;         ///< the marks of the type itself; a field's own win
  std::string_view id;            ///< `core.v1.Pod`, `string`, `[]core.v1.Container`, `{}string`
  std::string_view go_name;       ///< as decoding errors print it: `v1.Pod`, `[]v1.Container`
  const Type* element;            ///< of a List or Map
  std::span<const Field> fields;  ///< of a Struct, in Go's order
  std::span<const Member> members;  ///< the same, inlined ones in their place: the order in JSON
  std::span<const std::string_view> gvks;  ///< `group/version/Kind` (core: `v1/Pod`)
  std::uint64_t always;                    ///< bit n: member n is written although it is absent
  const std::uint8_t* slots;               ///< of the perfect hash of the members' names
  std::uint16_t seed;
  std::uint8_t mask;
  const std::uint8_t* ranks;  ///< of each member: its place in the order of the names

  /// `Pod` of `core.v1.Pod`.
  std::string_view short_name() const noexcept { return id.substr(id.rfind('.') + 1); }
  bool is_struct() const noexcept { return kind == TypeKind::Struct; }
  /// The member of a struct's JSON of that name (case matters), through inlined structs; null when
  /// there is none or this is not a struct.
  const Member* find(std::string_view name) const noexcept {
    const std::size_t place = likely_place(name);
    return place < members.size() && members[place].name() == name ? &members[place] : nullptr;
  }
  /// Where that member is if it is there at all.
  std::size_t likely_place(std::string_view name) const noexcept {
    return slots == nullptr ? 0 : slots[name_hash(name, seed) & mask];
  }
};

/// The type of a kind of object; meta's DeleteOptions and Status under any group version that has
/// no such kind itself. null when it is unknown.
const Type* find_type(std::string_view api_version, std::string_view kind) noexcept;
/// By the id of a scalar or of a type that has a name; null when it is unknown.
const Type* type_by_id(std::string_view id) noexcept;
/// All types that have a name, in the order of their ids.
std::span<const Type> named_types() noexcept;
/// The name of a type in OpenAPI documents: `io.k8s.api.core.v1.Pod`.
std::string openapi_name(const Type& type);

}  // namespace kaudit::apiserver::objects
