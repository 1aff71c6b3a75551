#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/member_place.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::apply {

/// The members of an object that its struct has, in the order of their names. Sorts nothing and
/// takes no memory; refers to the object.
class StructMembers {
 public:
  StructMembers(const Json::Object& members, const Type& type) {
    std::size_t next = 0;
    for (const Json::Member& member : members) {
      const std::size_t place = place_from(next, type, member.name);
      if (place == type.members.size()) continue;
      next = place + 1;
      const std::uint8_t rank = type.ranks[place];
      given_ |= std::uint64_t{1} << rank;
      found_[rank] = {&member, type.members[place].field};
    }
  }

  /// Calls `visit(member, field)` for each.
  template <typename Visit>
  void each(const Visit& visit) const {
    for (std::uint64_t left = given_; left != 0; left &= left - 1) {
      const Found& found = found_[static_cast<std::size_t>(std::countr_zero(left))];
      visit(*found.member, *found.field);
    }
  }

  /// Calls `visit(name, field, ours, theirs)` for each name of either object of one type; a side
  /// that lacks it gives null.
  template <typename Visit>
  void zip(const StructMembers& others, const Visit& visit) const {
    for (std::uint64_t left = given_ | others.given_; left != 0; left &= left - 1) {
      const auto rank = static_cast<std::size_t>(std::countr_zero(left));
      const bool ours = (given_ >> rank & 1U) != 0;
      const bool theirs = (others.given_ >> rank & 1U) != 0;
      const Found& named = ours ? found_[rank] : others.found_[rank];
      visit(named.member->name, *named.field, ours ? &found_[rank].member->value : nullptr,
            theirs ? &others.found_[rank].member->value : nullptr);
    }
  }

 private:
  // place_of(), for names that mostly are the type's own: longer ones are known by where they are.
  static std::size_t place_from(std::size_t next, const Type& type, const TreeText& name) {
    constexpr std::size_t kTries = 6;  // cost as much as a look-up
    const TreeText::Words& words = name.words();
    const bool near = name.is_near();
    const std::size_t end = std::min(type.members.size(), next + kTries);
    for (std::size_t place = next; place < end; ++place) {
      const Field& field = *type.members[place].field;
      const bool same = near ? field.name_words[0] == words[0] && field.name_words[1] == words[1]
                             : field.name.data() == name.data();
      if (same) return place;
    }
    return place_of(type, name);
  }

  struct Found {
    const Json::Member* member;
    const Field* field;
  };

  std::uint64_t given_ = 0;  // by rank
  std::array<Found, 64> found_;
};

}  // namespace kaudit::apiserver::objects::apply
