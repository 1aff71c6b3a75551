#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

/// Most lists have one key or two.
inline constexpr std::size_t kMostKeys = 3;

/// An element of a map list by the values of its keys, which stay where they are: what
/// ListedElement is for lists of any kind.
struct KeyedElement {
  std::array<const Json*, kMostKeys> keys;  ///< in the order of the keys' names
  const Json* value;
};

/// The elements of a map list in the order of their paths.
struct KeyedElements {
  std::array<std::string_view, kMostKeys> names;  ///< of the keys, in order
  std::size_t count;                              ///< of them
  std::vector<KeyedElement, Recycled<KeyedElement>> elements;
};

/// nullopt: there are more keys, an element lacks one of them, or two elements have the same.
std::optional<KeyedElements> keyed_elements(const Json& list,
                                            std::span<const std::string_view> keys);

}  // namespace kaudit::apiserver::objects::apply
