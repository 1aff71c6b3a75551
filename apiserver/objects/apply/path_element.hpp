#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::apply {

/// One step on the way to a field of an object: a member by name, an element of a list by its keys,
/// by its value (in a set), or by its place. (structured-merge-diff fieldpath.PathElement) A value.
class PathElement {
 public:
  struct KeyField {
    TreeText name;
    Json value;  ///< a scalar
  };
  using KeyFields = std::vector<KeyField, Recycled<KeyField>>;

  static PathElement field(TreeText name) { return PathElement(std::move(name)); }
  /// The fields in any order.
  static PathElement key(KeyFields fields);
  static PathElement value(Json scalar) { return PathElement(std::move(scalar)); }
  static PathElement index(std::int64_t place) { return PathElement(place); }

  /// From its form in FieldsV1: `f:name`, `k:{"name":"a"}`, `v:"x"`, `i:3`. Error: what is wrong
  /// with it; unknown() says whether it is merely of a kind from a later version.
  static Result<PathElement> parse(std::string_view text);
  /// True for a form that is none of the four: it is skipped.
  static bool unknown(std::string_view text) noexcept;

  std::string fields_v1_name() const;
  void append_fields_v1_name(std::string& text) const;
  /// As errors show it: `.name`, `[name="a",port=80]`, `[="x"]`, `[3]`.
  void append_shown(std::string& out) const;

  const TreeText* name() const noexcept { return std::get_if<TreeText>(&form_); }
  bool is_key() const noexcept { return std::holds_alternative<KeyFields>(form_); }

  /// Members by their bytes, then keys, values (numbers by size), places. Negative, zero, positive.
  int compare(const PathElement& other) const;
  bool operator==(const PathElement& other) const { return compare(other) == 0; }
  bool operator<(const PathElement& other) const { return compare(other) < 0; }

 private:
  // In the order in which the forms sort.
  using Form = std::variant<TreeText, KeyFields, Json, std::int64_t>;
  explicit PathElement(Form form) : form_(std::move(form)) {}

  Form form_;
};

}  // namespace kaudit::apiserver::objects::apply
