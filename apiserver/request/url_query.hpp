#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kaudit::apiserver::request {

/// The pairs of a query in order, unescaped, as Go's url.ParseQuery keeps them: a pair with a bad
/// escape or a `;` and one without a name are dropped; of a query of more than 10,000 pairs nothing
/// is kept.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace kaudit::apiserver::request
