#include "cli/policy/input/policy_request.hpp"

#include "base/yaml/json_document.hpp"

namespace kaudit::cli {
namespace {

/// The text of the valid JSON value that starts at the front of `text`.
std::string_view raw_value(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      if (!in_string && depth == 0) return text.substr(0, i + 1);
      continue;
    }
    if (c == '"') in_string = true;
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && (c == ',' || closes || c == ' ' || c == '\t' || c == '\r')) {
      return text.substr(0, i);
    }
    if (c == '{' || c == '[') ++depth;
    if (closes && --depth == 0) return text.substr(0, i + 1);
  }
  return text;
}

}  // namespace

Result<PolicyRequest> PolicyRequest::parse(std::string_view line) {
  const auto document = yaml::read_json(line);
  if (!document) return fail(document.error().message);
  auto attributes = read_attributes(*document->root);
  if (!attributes) return tl::unexpected(attributes.error());
  const yaml::Node* id = find(*document->root, "id");
  const std::string_view text =
      id == nullptr ? "null"
                    : raw_value(line.substr(static_cast<std::size_t>(id->position.column) - 1));
  return PolicyRequest(std::string(text), *std::move(attributes));
}

}  // namespace kaudit::cli
