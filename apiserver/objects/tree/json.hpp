#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// A JSON value as a tree that keeps what an API object must not lose: the order of members and the
/// text of numbers. Strings are decoded; bytes that are not UTF-8 and lone surrogates become
/// U+FFFD, as in encoding/json.
///
/// A library's DOM is not enough here: answers must show 12345678901234567890.50 as it came, errors
/// must have encoding/json's words, and a body nested 10,000 deep must not use up the stack
/// (nothing here recurses). A value like std::string: not thread-safe while it is changed.
class Json {
 public:
  struct Member;
  struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  Json();  ///< null
  explicit Json(bool value);
  explicit Json(Number value);
  explicit Json(std::string value);
  explicit Json(std::string_view value);
  explicit Json(const char* value);
  explicit Json(Array value);
  explicit Json(Object value);
  explicit Json(std::int64_t value);
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  /// Reads one value and nothing after it. Of repeated members the last wins, at the first one's
  /// place. Error: encoding/json's text, e.g. `unexpected end of JSON input`.
  static Result<Json> parse(std::string_view text);

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value_); }
  const bool* boolean() const noexcept { return std::get_if<bool>(&value_); }
  const Number* number() const noexcept { return std::get_if<Number>(&value_); }
  const std::string* string() const noexcept { return std::get_if<std::string>(&value_); }
  const Array* array() const noexcept { return std::get_if<Array>(&value_); }
  Array* array() noexcept { return std::get_if<Array>(&value_); }
  const Object* object() const noexcept { return std::get_if<Object>(&value_); }
  Object* object() noexcept { return std::get_if<Object>(&value_); }
  /// encoding/json's word for the kind of value: `null`, `bool`, `number`, `string`, `array`,
  /// `object`.
  std::string_view type_name() const noexcept;

  /// The member of that name; null when this is not an object or has none.
  const Json* find(std::string_view name) const noexcept;
  Json* find(std::string_view name) noexcept;
  /// The text of a string member; "" when there is none.
  std::string_view text(std::string_view name) const noexcept;
  /// Replaces a member in its place, or adds it at the end. This must be an object.
  Json& set(std::string_view name, Json value);
  void erase(std::string_view name) noexcept;
  /// Orders an object's members by the bytes of their names; does nothing to other values.
  void sort_members();

  /// Appends compact JSON, strings escaped as encoding/json does.
  void append_to(std::string& out) const;
  std::string dump() const;

  friend bool operator==(const Json&, const Json&);

 private:
  bool nests() const noexcept;
  void drop_children() noexcept;

  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string name;
  Json value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Only here is Member complete, and with it what the variant needs.
inline Json::Json() = default;
inline Json::Json(bool value) : value_(value) {}
inline Json::Json(Number value) : value_(std::move(value)) {}
inline Json::Json(std::string value) : value_(std::move(value)) {}
inline Json::Json(std::string_view value) : value_(std::string(value)) {}
inline Json::Json(const char* value) : value_(std::string(value)) {}
inline Json::Json(Array value) : value_(std::move(value)) {}
inline Json::Json(Object value) : value_(std::move(value)) {}
inline Json::Json(std::int64_t value) : value_(Number{std::to_string(value)}) {}
inline Json::Json(Json&& other) noexcept = default;

}  // namespace kaudit::apiserver::objects
