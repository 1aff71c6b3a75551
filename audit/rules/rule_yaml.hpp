#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/node.hpp"

namespace kaudit::audit::rules {

/// A scalar's text, `true` and `5` included; nothing for null, lists and mappings.
std::optional<std::string> scalar_text(const yaml::Node& node);
/// The text of a member; nothing when it is not there or not a scalar.
std::optional<std::string> member_text(const yaml::Node& mapping, std::string_view key);
/// The texts of a list of scalars, or of one scalar.
std::vector<std::string> texts_of(const yaml::Node& node);

/// A document of a YAML file with several.
struct YamlPart {
  std::string text;  ///< with line feeds in front, so that its places are those of the file
};
/// Parts the file at lines `---`. Parts with nothing in them are left out.
std::vector<YamlPart> yaml_parts(std::string_view text);

}  // namespace kaudit::audit::rules
