#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/yaml/node.hpp"
#include "base/yaml/scalar.hpp"

namespace kaudit::yaml {

/// A node as it is written: tags unresolved, aliases unexpanded, merge keys and duplicate keys
/// still there.
struct RawNode {
  enum class Kind { Scalar, Sequence, Mapping, Alias };

  Kind kind = Kind::Scalar;
  Position position;
  std::string tag;  ///< full, or empty
  ScalarStyle style = ScalarStyle::Plain;
  std::string text;                      ///< a scalar's value; an alias's name
  std::vector<const RawNode*> children;  ///< of a mapping: key, value, key, value, …
  const RawNode* target = nullptr;       ///< of an alias; may be a collection that contains it
};

/// The first document of a file.
struct RawDocument {
  std::deque<RawNode> nodes;
  const RawNode* root = nullptr;  ///< null when the file holds no document
};

/// Parses the first document with yaml-cpp and refuses what it accepts though YAML 1.1 and
/// Kubernetes' reader do not. What follows the first document is not looked at. Collections nest to
/// about 500 levels.
ReadResult<RawDocument> compose(const std::string& source_text);

}  // namespace kaudit::yaml
