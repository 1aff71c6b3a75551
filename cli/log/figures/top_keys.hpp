#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/search/event_view.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// What events can be counted by, as `--by` names it.
struct TopKey {
  std::string_view name;
  std::string (*of)(audit::search::EventView&);
};

/// Reads `verb` or `verb,resource`. `rule` is for who has a policy: its reader is null. Error: a
/// key that does not exist, with the nearest.
Result<std::vector<TopKey>> read_top_keys(std::string_view text);
/// The names of all keys, for help.
std::string top_key_names();

}  // namespace kaudit::cli
