#pragma once

#include <optional>
#include <string>

#include "base/yaml/node.hpp"

namespace kaudit::audit::rules {

/// Whether the item is `required_engine_version` or `required_plugin_versions`.
bool is_version_item(const yaml::Node& item);

/// Why rules that require this cannot be run; nothing when they can. The language is that of engine
/// versions 0.x and before (a single number), the fields are those of the plugins k8saudit (or one
/// of its kind for a cloud) and json, version 0.x.
std::optional<std::string> version_problem(const yaml::Node& item);

}  // namespace kaudit::audit::rules
