#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// What is taken out of bodies: `secrets: data.*, stringData.*`. A path's words are members, `*`
/// any member or element; the values there become the text `REDACTED`.
class Redaction {
 public:
  /// Reads one `--redact`: `RESOURCE[.GROUP]: PATH[, PATH…]`, the resource `*` being all. Error:
  /// what is wrong with it.
  Result<void> add(std::string_view text);

  bool empty() const noexcept { return rules_.empty(); }
  /// Takes it out of the event's bodies, of the items of lists, too.
  void apply(audit::Event& event) const;

 private:
  struct Rule {
    std::string resource;
    std::string group;
    bool any_group = true;
    std::vector<std::vector<std::string>> paths;
  };
  std::vector<Rule> rules_;
};

/// The JSON with the values at a path replaced; deeper than 100 levels nothing is replaced.
std::string redacted(std::string_view json, const std::vector<std::string>& path);

}  // namespace kaudit::cli
