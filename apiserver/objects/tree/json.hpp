#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/tree/block_pool.hpp"
#include "apiserver/objects/tree/member_name.hpp"
#include "apiserver/objects/tree/name_bits.hpp"
#include "apiserver/objects/tree/tree_text.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// A JSON value as a tree that keeps what an API object must not lose: the order of members and the
/// text of numbers. Strings are decoded; bytes that are not UTF-8 and lone surrogates become
/// U+FFFD, as in encoding/json.
///
/// A library's DOM is not enough here: answers must show 12345678901234567890.50 as it came, errors
/// must have encoding/json's words, and a body nested 10,000 deep must not use up the stack
/// (recursion ends at kMostRecursion). A value like std::string: not thread-safe while it is
/// changed; it may be handed to another thread. Its memory is the BlockPool's.
///
/// An object may be packed: it is its JSON until somebody looks into it, which changes it. What is
/// written down and read back without a look, as fieldsV1 mostly is, is never made a tree.
class Json {
 public:
  struct Member;
  struct Number {
    TreeText text;
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Array = std::vector<Json, Recycled<Json>>;
  using Object = std::vector<Member, Recycled<Member>>;

  Json() noexcept {}  ///< null
  explicit Json(bool value) noexcept : kind_(Kind::Boolean), boolean_(value) {}
  explicit Json(Number value) noexcept : kind_(Kind::Number), number_(std::move(value)) {}
  explicit Json(TreeText value) noexcept : kind_(Kind::String), string_(std::move(value)) {}
  explicit Json(const std::string& value) : kind_(Kind::String), string_(value) {}
  explicit Json(std::string_view value) : kind_(Kind::String), string_(value) {}
  explicit Json(const char* value) : kind_(Kind::String), string_(value) {}
  explicit Json(Array value) noexcept : kind_(Kind::Array), array_(std::move(value)) {}
  explicit Json(Object value) noexcept;
  explicit Json(std::int64_t value);
  Json(const Json& other) : Json() { copy(other, 0); }
  Json(Json&& other) noexcept { take(other); }
  Json& operator=(const Json& other) { return *this = Json(other); }
  Json& operator=(Json&& other) noexcept;
  ~Json() { drop(); }

  /// Reads one value and nothing after it. Of repeated members the last wins, at the first one's
  /// place. Error: encoding/json's text, e.g. `unexpected end of JSON input`.
  static Result<Json> parse(std::string_view text);
  /// A packed object. `text`: as append_to() writes one.
  static Json packed(TreeText text) noexcept;

  enum class Kind : std::uint8_t { Null, Boolean, Number, String, Packed, Array, Object };
  Kind kind() const noexcept { return kind_; }
  /// An object or an array.
  bool nests() const noexcept { return kind_ >= Kind::Packed; }
  bool is_null() const noexcept { return kind_ == Kind::Null; }
  const bool* boolean() const noexcept { return kind_ == Kind::Boolean ? &boolean_ : nullptr; }
  const Number* number() const noexcept { return kind_ == Kind::Number ? &number_ : nullptr; }
  const TreeText* string() const noexcept { return kind_ == Kind::String ? &string_ : nullptr; }
  const Array* array() const noexcept { return kind_ == Kind::Array ? &array_ : nullptr; }
  Array* array() noexcept { return kind_ == Kind::Array ? &array_ : nullptr; }
  const Object* object() const noexcept {
    if (kind_ == Kind::Object) return &object_;
    return kind_ == Kind::Packed ? const_cast<Json*>(this)->unpacked() : nullptr;
  }
  Object* object() noexcept {
    names_ = kAnyName;  // from here on it may have others
    return const_cast<Object*>(std::as_const(*this).object());
  }
  /// The JSON of a packed object; null for all other values.
  const TreeText* packed() const noexcept { return kind_ == Kind::Packed ? &string_ : nullptr; }
  /// encoding/json's word for the kind of value: `null`, `bool`, `number`, `string`, `array`,
  /// `object`.
  std::string_view type_name() const noexcept;

  /// The member of that name; null when this is not an object or has none.
  const Json* find(const MemberName& name) const noexcept;
  Json* find(const MemberName& name) noexcept;
  /// The text of a string member; "" when there is none.
  std::string_view text(const MemberName& name) const noexcept;
  /// Replaces a member in its place, or adds it at the end. This must be an object.
  Json& set(std::string_view name, Json value);
  /// Adds a member that it does not have as the `place`th. This must be an object.
  Json& insert(std::size_t place, TreeText name, Json value);
  /// Says which names this object has: until its members change, others are not looked for.
  void note_names(NameBits names) noexcept { names_ = names; }
  /// False when this is known to have no member with a name of that bit.
  bool may_have(NameBits name) const noexcept { return (names_ & name) != 0; }
  void erase(std::string_view name) noexcept;
  /// Orders an object's members by the bytes of their names; does nothing to other values.
  void sort_members();

  /// Appends compact JSON, strings escaped as encoding/json does.
  void append_to(std::string& out) const;
  std::string dump() const;

  friend bool operator==(const Json&, const Json&);

 private:
  const Json* find_near(TreeText::Words name) const noexcept;
  const Json* find_far(std::string_view name) const noexcept;
  std::string_view near_text(TreeText::Words name) const noexcept;
  std::string_view far_text(std::string_view name) const noexcept;
  Object* unpacked() noexcept;
  void copy(const Json& other, unsigned depth);
  void copy_deep(const Json& other);
  void take(Json& other) noexcept;
  void drop() noexcept {
    if (kind_ >= Kind::Number) drop_value();
  }
  void drop_value() noexcept {
    kind_ >= Kind::Array ? drop_tree() : string_.~TreeText();
    kind_ = Kind::Null;
  }
  void drop_tree() noexcept;
  void drop_container(unsigned depth, Array& too_deep) noexcept;

  Kind kind_ = Kind::Null;
  NameBits names_ = kAnyName;  // of an object
  union {
    bool boolean_;
    Number number_;
    TreeText string_;  // of Packed, too
    Array array_;
    Object object_;
  };
};

struct Json::Member {
  TreeText name;
  Json value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Only here is Member complete.

inline Json::Json(Object value) noexcept : kind_(Kind::Object), object_(std::move(value)) {}

inline Json Json::packed(TreeText text) noexcept {
  Json value(std::move(text));
  value.kind_ = Kind::Packed;
  return value;
}

/// What was taken from is null. All that a value may be can change its place as bytes: nothing
/// points into it.
inline void Json::take(Json& other) noexcept {
  std::memcpy(static_cast<void*>(this), static_cast<const void*>(&other), sizeof(Json));
  other.kind_ = Kind::Null;
}

inline Json& Json::operator=(Json&& other) noexcept {
  if (this == &other) return *this;
  if (kind_ < Kind::Number) {  // nothing is dropped
    take(other);
    return *this;
  }
  Json taken(std::move(other));  // `other` may be a child of this
  drop();
  take(taken);
  return *this;
}

[[gnu::always_inline]] inline const Json* Json::find(const MemberName& name) const noexcept {
  if (!may_have(name.bit())) return nullptr;
  return name.is_near() ? find_near(name.words()) : find_far(name.text());
}

inline Json* Json::find(const MemberName& name) noexcept {
  return const_cast<Json*>(std::as_const(*this).find(name));
}

[[gnu::always_inline]] inline std::string_view Json::text(const MemberName& name) const noexcept {
  if (!may_have(name.bit())) return {};
  return name.is_near() ? near_text(name.words()) : far_text(name.text());
}

}  // namespace kaudit::apiserver::objects
