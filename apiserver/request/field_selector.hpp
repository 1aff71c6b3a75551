#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// A selector on an object's fields: `metadata.name=x,status.phase!=Running`
/// (k8s.io/apimachinery/pkg/fields). The default-constructed one selects everything. Immutable; any
/// thread may read it.
class FieldSelector {
 public:
  enum class Operator : std::uint8_t { Equals, NotEquals };
  struct Requirement {
    std::string field;
    Operator op = Operator::Equals;
    std::string value;  ///< unescaped
  };

  /// Value of a field; "" for one that the object has not, as Kubernetes' field sets have it.
  using FieldValue = std::function<std::string_view(std::string_view field)>;

  /// In a value `\\`, `\,` and `\=` stand for `\`, `,` and `=`; white space counts. The terms are
  /// sorted.
  static Result<FieldSelector> parse(std::string_view text);

  bool matches(const FieldValue& value_of) const;
  /// The value that a field must have (`=` or `==`, the first of several); nullopt when any will
  /// do.
  std::optional<std::string_view> required_value(std::string_view field) const noexcept;

  bool empty() const noexcept { return requirements_.empty(); }
  const std::vector<Requirement>& requirements() const noexcept { return requirements_; }
  /// The canonical form, with `=` for `==`.
  std::string text() const;

 private:
  std::vector<Requirement> requirements_;
};

}  // namespace kaudit::apiserver::request
