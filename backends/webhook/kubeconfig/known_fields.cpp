#include "backends/webhook/kubeconfig/known_fields.hpp"

#include <algorithm>

#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::backends::webhook {

std::optional<std::string> unknown_field(std::string_view key, yaml::Position position,
                                         const std::string& path, KnownFields known) {
  if (std::ranges::find(known, key) != known.end()) return std::nullopt;
  std::string text = "line " + std::to_string(position.line) + ", column " +
                     std::to_string(position.column) + ": unknown field " + go_quoted(path) +
                     " is passed over";
  if (const auto meant = nearest(key, known); !meant.empty()) {
    text += "; write " + go_quoted(meant) + " if that is meant";
  }
  return text;
}

}  // namespace kaudit::backends::webhook
