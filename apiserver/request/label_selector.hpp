#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// A selector on an object's labels: `app=web,tier in (front,back),!canary`
/// (k8s.io/apimachinery/pkg/labels). The default-constructed one selects everything. Immutable; any
/// thread may read it.
class LabelSelector {
 public:
  enum class Operator : std::uint8_t {
    Exists,
    DoesNotExist,
    Equals,
    DoubleEquals,
    NotEquals,
    In,
    NotIn,
    GreaterThan,
    LessThan,
  };
  struct Requirement {
    std::string key;
    Operator op = Operator::Exists;
    std::vector<std::string> values;  ///< sorted, unique
  };

  /// Value of a label; nullopt for one that the object has not.
  using LabelValue = std::function<std::optional<std::string_view>(std::string_view key)>;

  /// The requirements are sorted by key. The error's text is Kubernetes', but for the rules of keys
  /// and values.
  static Result<LabelSelector> parse(std::string_view text);

  bool matches(const LabelValue& value_of) const;
  bool empty() const noexcept { return requirements_.empty(); }
  const std::vector<Requirement>& requirements() const noexcept { return requirements_; }
  /// The canonical form.
  std::string text() const;

 private:
  std::vector<Requirement> requirements_;
};

}  // namespace kaudit::apiserver::request
