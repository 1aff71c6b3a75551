#pragma once

#include <string>

namespace kaudit::policy::lint {

/// What to write for a user with a `*`, which is compared as it is (KA206): a group where it holds
/// exactly these users; else the users one by one, and what a group would add.
std::string fix_of_user_wildcard(const std::string& user);

}  // namespace kaudit::policy::lint
