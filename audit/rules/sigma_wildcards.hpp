#pragma once

#include <string>
#include <string_view>

namespace kaudit::audit::rules {

/// A Sigma text, in which `*` and `?` stand for anything unless a backslash is before them.
struct SigmaText {
  std::string literal;  ///< what it says, where it has no wildcards
  std::string glob;     ///< as a pattern of glob_matches()
  bool wildcards = false;
};

SigmaText read_sigma_text(std::string_view text);

}  // namespace kaudit::audit::rules
