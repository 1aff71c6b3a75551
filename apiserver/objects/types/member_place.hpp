#pragma once

#include <algorithm>
#include <cstddef>

#include "apiserver/objects/tree/member_name.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects {

/// The place of a struct's member of that name; Type::members.size() when it has none.
[[gnu::noinline]] inline std::size_t place_of(const Type& type, const MemberName& name) noexcept {
  const std::size_t place = type.likely_place(name.text());
  return place < type.members.size() && type.members[place].field->is_named(name)
             ? place
             : type.members.size();
}

/// The same of a name that is looked for at `next` first, since members mostly come in the order of
/// the struct.
[[gnu::always_inline]] inline std::size_t place_of(const Type& type, const MemberName& name,
                                                   std::size_t next) noexcept {
  constexpr std::size_t kTries = 6;  // cost as much as a look-up
  const std::size_t end = std::min(type.members.size(), next + kTries);
  for (std::size_t place = next; place < end; ++place) {
    if (type.members[place].field->is_named(name)) return place;
  }
  return place_of(type, name);
}

}  // namespace kaudit::apiserver::objects
