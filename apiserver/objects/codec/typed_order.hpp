#pragma once

#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects {

/// Puts the members of a tree into the order of its type, in place, and leaves out what is empty
/// and is left out then: what reading it as that type and writing it again makes of it, defaults
/// apart, at a tenth of the cost. False when the tree holds something that reading would change in
/// another way (a member that the type does not have, a text that is not canonical), or that is
/// too rare to be looked at here: then it is as it was, and to be read and written.
bool order_members(const Type& type, Json& tree);

/// Json::set(), but a member that is new comes to its place in the order of the struct, in which
/// the others stand. The type must have it.
Json& set_in_order(const Type& type, Json& object, std::string_view name, Json value);

}  // namespace kaudit::apiserver::objects
