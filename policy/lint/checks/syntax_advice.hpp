#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::policy::lint {

/// What is most likely wrong in a text that is neither YAML nor JSON.
struct SyntaxAdvice {
  yaml::Position position;  ///< of the mistake, not of where a parser noticed it
  std::string fix;
};

/// Looks for the first usual mistake in a YAML text: brackets, quotes and commas, characters that
/// want quotes, tabs, a blank or a bracket too few. `noticed` is where the parser gave up; nothing
/// is said of what comes after it. Nothing when no mistake is seen.
std::optional<SyntaxAdvice> advise_yaml(std::string_view text, yaml::Position noticed);

/// The same for JSON: commas, quotes and comments.
std::optional<SyntaxAdvice> advise_json(std::string_view text, yaml::Position noticed);

}  // namespace kaudit::policy::lint
