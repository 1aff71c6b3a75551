#pragma once

#include <string>

#include "audit/yaml/node.hpp"

namespace kaudit::yaml {

/// Appends the value as compact JSON, as Kubernetes turns YAML into JSON: keys in the order of the
/// tree (sorted for YAML, the last of several equal keys only), strings escaped as Go's
/// encoding/json does. For values of a YAML document, which nest to kMaxYamlDepth; JSON text is
/// better used as it is.
void append_json(std::string& out, const Node& node);

}  // namespace kaudit::yaml
