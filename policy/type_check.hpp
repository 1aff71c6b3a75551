#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/yaml/node.hpp"
#include "policy/schema.hpp"

namespace kaudit::policy {

/// Something at a place of the file.
struct Problem {
  std::string path;  ///< "" when it is about the file as a whole
  yaml::Position position;
  std::string message;
};

struct TypeReport {
  /// The first value that does not fit its type; decoding ends there.
  std::optional<Problem> error;
  /// Fields that do not exist, and in JSON fields that come again: what strict decoding refuses and
  /// lenient decoding passes over.
  std::vector<Problem> strict;
};

/// Compares a document with a type as Kubernetes' strict JSON decoder does, wording included. Names
/// of fields are case-sensitive. (sigs.k8s.io/json UnmarshalStrict)
TypeReport check_types(const yaml::Document& document, const Type& type);

}  // namespace kaudit::policy
