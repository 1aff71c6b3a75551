#pragma once

#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// True when Kubernetes takes the text for JSON: white space, then `{`.
bool looks_like_json(std::string_view text) noexcept;

/// Reads a file as Kubernetes does: as JSON only when it looks like JSON, else as YAML.
ReadResult<Document> read_document(std::string_view text);

}  // namespace kaudit::yaml
