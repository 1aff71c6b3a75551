#pragma once

#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// Appends the value as compact JSON, as Kubernetes turns YAML into JSON: keys in the order of the
/// tree (sorted for YAML, the last of several equal keys only), strings escaped as Go's
/// encoding/json does. For values of a YAML document, which nest to kMaxYamlDepth; JSON text is
/// better used as it is.
void append_json(std::string& out, const Node& node);

/// The first document of a YAML text as JSON. (sigs.k8s.io/yaml YAMLToJSON)
ReadResult<std::string> yaml_to_json(std::string_view bytes);

}  // namespace kaudit::yaml
