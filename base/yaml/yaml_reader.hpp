#pragma once

#include <cstddef>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// How deep collections may nest once aliases are expanded (a file's own text: about 500, see
/// compose()).
inline constexpr std::size_t kMaxYamlDepth = 1'000;

/// Reads the first document of a YAML 1.1 file as Kubernetes does (sigs.k8s.io/yaml on go-yaml v2):
/// scalars by resolve_scalar(), aliases expanded, merge keys merged where they are, the last of a
/// repeated key kept. An empty file is null. Refuses what has no JSON (infinities, null keys,
/// collections as keys) and documents that grow out of proportion by their aliases.
ReadResult<Document> read_yaml(std::string_view bytes);

}  // namespace kaudit::yaml
