#pragma once

#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// JSON as Kubernetes writes YAML (sigs.k8s.io/yaml JSONToYAML on go-yaml v2): block style, keys in
/// go-yaml's order, text unquoted where it still reads as text, long lines folded at 80 columns.
/// Error: the JSON's.
ReadResult<std::string> json_to_yaml(std::string_view json);

}  // namespace kaudit::yaml
