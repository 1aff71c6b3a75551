#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/node.hpp"

namespace kaudit::policy::lint {

/// A policy inside a file of another kind.
struct EmbeddedPolicy {
  std::string where;        ///< `spec.fileAssets[0].content`
  yaml::Position position;  ///< where it begins in the file
  /// Its text. When `exact`, below as many empty lines as there are lines above it in the file, so
  /// that its lines have the file's numbers; columns lack `indent`.
  std::string text;
  bool exact = true;  ///< false: in base64, in quotes or folded
  int indent = 0;
};

/// Finds the policies in a file that is not one itself: in a block of text or a mapping at any
/// depth (ConfigMaps, kops `fileAssets`, Talos `auditPolicy`, cloud-init `write_files`, values of
/// Helm, templates that are not YAML), in later documents, and, where there are none, in strings of
/// YAML or JSON, base64 (Secrets) included. Empty for a policy, however wrong it is.
std::vector<EmbeddedPolicy> find_embedded(std::string_view source_text);

}  // namespace kaudit::policy::lint
