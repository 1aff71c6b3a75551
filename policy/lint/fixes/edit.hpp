#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/node.hpp"

namespace kaudit::policy::lint {

/// A change of a text: what is from `start` to before `end` becomes `text`; nothing is taken out
/// when they are equal. Columns count bytes. A line after the last one is the text's end.
struct Edit {
  yaml::Position start;
  yaml::Position end;
  std::string text;
};

/// What a fix does to the meaning of a policy.
enum class FixKind : std::uint8_t {
  Slip,       ///< writes what can only have been meant
  Judgement,  ///< records more or less than before: a person has to decide
};

/// The edit for the same text when it is indented `blanks` further.
Edit moved_in(Edit edit, int blanks);

/// The text with these edits; one that overlaps an earlier one is left out.
std::string with_edits(std::string_view text, std::vector<Edit> edits);

}  // namespace kaudit::policy::lint
