#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/pages/command_page.hpp"

namespace kaudit {

/// What a manual says beside its options.
struct ManualSection {
  std::string title;  ///< "EXIT STATUS"
  std::string text;   ///< paragraphs, one a line; a line with a tab is a term and what it means
};

/// The page of section 1, for man(1): the program with its options by group, then each of its
/// commands with its own. `date` is YYYY-MM-DD. Pure.
std::string manual(const CommandPage& program, std::string_view version, std::string_view date,
                   const std::vector<ManualSection>& sections);

/// Today, or the day of SOURCE_DATE_EPOCH (seconds), so that a build can be repeated byte for byte.
std::string manual_date();

}  // namespace kaudit
