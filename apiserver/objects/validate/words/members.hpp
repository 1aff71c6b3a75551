#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::validate {

// Reading objects that may lack anything: what is not there, or is of another type, is null, empty
// or nothing. A null object has no members.

// Three of them are inlined always, as the compiler would not: the names that they are given are
// constants then, which is a thirtieth of what the rules of a Pod cost.

/// Names that have been met. They are the object's.
using NameSet = std::set<std::string_view, std::less<>, Recycled<std::string_view>>;

[[gnu::always_inline]] inline const Json* member(const Json* object,
                                                 const MemberName& name) noexcept {
  const Json* found = object ? object->find(name) : nullptr;
  return found == nullptr || found->is_null() ? nullptr : found;
}
/// By way of several members: `member(pod, {"spec", "os"})`.
const Json* member(const Json* object, std::initializer_list<MemberName> names) noexcept;
[[gnu::always_inline]] inline std::string_view text(const Json* object,
                                                    const MemberName& name) noexcept {
  return object ? object->text(name) : std::string_view();
}
std::string_view text_of(const Json& value) noexcept;
std::optional<std::int64_t> number_of(const Json* value) noexcept;
inline std::optional<std::int64_t> number(const Json* object, const MemberName& name) noexcept {
  return number_of(member(object, name));
}
/// A number that is 0 when it is not there.
inline std::int64_t number_or_zero(const Json* object, const MemberName& name) noexcept {
  return number(object, name).value_or(0);
}
inline bool is_true(const Json* object, const MemberName& name) noexcept {
  const Json* found = member(object, name);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}
[[gnu::always_inline]] inline std::span<const Json> items(const Json* object,
                                                          const MemberName& name) noexcept {
  const Json* found = member(object, name);
  if (found == nullptr || found->array() == nullptr) return {};
  return *found->array();
}
inline std::span<const Json::Member> entries(const Json* object, const MemberName& name) noexcept {
  const Json* found = member(object, name);
  if (found == nullptr || found->object() == nullptr) return {};
  return *found->object();
}
/// Both absent, or equal.
bool same(const Json* a, const Json* b);

}  // namespace kaudit::apiserver::objects::validate
