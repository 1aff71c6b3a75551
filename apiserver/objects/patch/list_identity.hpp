#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "apiserver/objects/patch/patch_error.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// What distinguishes a list's element from others: the value of its merge key, or, without one,
/// itself. Two are equal exactly where Go's interface values are (1 and 1.0 are not). Error:
/// Unforeseen, for an element that is not an object or lacks the key, and for values that Go cannot
/// compare.
PatchResult<std::string> identity_of(const Json& element, std::string_view merge_key);

/// Where elements are in a list, by their identity; of equal ones the first counts.
class Places {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  PatchResult<void> add(const Json::Array& list, std::string_view merge_key);
  /// Up to the first element that is not an object; elements without the key match nothing.
  void add_leniently(const Json::Array& list, std::string_view merge_key);

  /// kNone when it is not in the list.
  std::size_t position_of(const std::string& id) const;
  /// The element that add_leniently() stopped at.
  std::optional<std::size_t> stopped_at() const noexcept { return stopped_at_; }

 private:
  std::unordered_map<std::string, std::size_t> places_;
  std::optional<std::size_t> stopped_at_;
};

}  // namespace kaudit::apiserver::objects::patch
