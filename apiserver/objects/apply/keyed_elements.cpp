#include "apiserver/objects/apply/keyed_elements.hpp"

#include <algorithm>

#include "apiserver/objects/apply/values.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

// False when one of them lacks it.
bool find_key(KeyedElements& in, std::size_t key) {
  const MemberName name(in.names[key]);
  for (KeyedElement& element : in.elements) {
    element.keys[key] = element.value->find(name);
    if (element.keys[key] == nullptr) return false;
  }
  return true;
}

}  // namespace

std::optional<KeyedElements> keyed_elements(const Json& list,
                                            std::span<const std::string_view> keys) {
  if (list.array() == nullptr || keys.empty() || keys.size() > kMostKeys) return std::nullopt;
  std::optional<KeyedElements> made(std::in_place);
  made->count = keys.size();
  std::copy(keys.begin(), keys.end(), made->names.begin());
  if (keys.size() > 1) std::sort(made->names.begin(), made->names.begin() + keys.size());
  made->elements.reserve(list.array()->size());
  for (const Json& element : *list.array()) made->elements.emplace_back().value = &element;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!find_key(*made, i)) return std::nullopt;
  }
  const auto before = [count = keys.size()](const KeyedElement& a, const KeyedElement& b) {
    for (std::size_t i = 0; i < count; ++i) {
      if (const int order = compare_values(*a.keys[i], *b.keys[i]); order != 0) return order < 0;
    }
    return false;
  };
  auto& elements = made->elements;
  const auto repeat_or_descend = [&](const KeyedElement& a, const KeyedElement& b) {
    return !before(a, b);
  };
  const auto first = std::adjacent_find(elements.begin(), elements.end(), repeat_or_descend);
  if (first == elements.end()) return made;
  std::sort(elements.begin(), elements.end(), before);
  const auto repeat = std::adjacent_find(elements.begin(), elements.end(), repeat_or_descend);
  if (repeat != elements.end()) return std::nullopt;
  return made;
}

}  // namespace kaudit::apiserver::objects::apply
