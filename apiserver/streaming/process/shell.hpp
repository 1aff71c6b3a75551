#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::streaming::process {

/// A simple command of a shell's script, and how the script goes on behind it.
struct ShellStep {
  std::vector<std::string> words;  ///< quotes and variables resolved

  struct Target {
    enum class Kind : std::uint8_t { Out, Err, Nowhere, File } kind = Kind::Out;
    std::string path = {};
  };
  Target out{Target::Kind::Out, {}};
  Target err{Target::Kind::Err, {}};
  bool appends = false;  ///< to the file, `>>`

  enum class Then : std::uint8_t { Always, IfSuccess, IfFailure, Piped };
  Then then = Then::Always;
};

/// Takes the next command off a script: words in quotes or not, `$NAME`, `${NAME}`, `$?`, comments,
/// `;`, line breaks, `&&`, `||`, `|`, `>`, `>>`, `2>` and `2>&1`. Nothing: the script is at its
/// end. Error: what this shell does not know, loops for instance. `variable` resolves a name.
Result<std::optional<ShellStep>> take_step(
    std::string_view& script, const std::function<std::string(std::string_view)>& variable);

}  // namespace kaudit::apiserver::streaming::process
