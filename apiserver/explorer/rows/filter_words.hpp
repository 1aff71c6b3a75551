#pragma once

#include <string>
#include <string_view>

namespace kaudit::apiserver::explorer {

// The short way to write a filter: words, each of which is looked for anywhere in a request, and
// NAME:VALUE for one member; a minus in front turns a word round, quotes keep blanks. Words stand
// for an expression, which is what is asked.

/// Whether a filter is made of words: no field of an expression, no connective and no operator is
/// in it.
bool is_made_of_words(std::string_view filter);

/// `user:alice -level:None pods` → `ka.user.name = alice and not kaudit.level = None and (…)`.
std::string expression_of_words(std::string_view words);

}  // namespace kaudit::apiserver::explorer
