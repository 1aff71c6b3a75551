#pragma once

#include <string>

#include "policy/lint/lints.hpp"

namespace kaudit::policy::lint {

/// What there is to know of a lint, for people: what it finds and what that means, an example of it
/// and how it should be, how it is silenced. Ends with a line break.
std::string page_of(const Lint& lint);

}  // namespace kaudit::policy::lint
