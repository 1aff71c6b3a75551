#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

namespace kaudit::yaml {

/// A place in a file, counted from 1; the column in bytes. {0, 0} is "nowhere in particular".
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// A number as the JSON text Kubernetes would make of it: `0x10` is "16", `1.50` is "1.5". From a
/// JSON file: as it is written there.
struct Number {
  std::string text;
};

struct Node;

struct Member {
  std::string key;
  Position key_position;
  const Node* value = nullptr;
};

using Items = std::vector<const Node*>;
using Members = std::vector<Member>;

/// One value of a document, with the place where it is. Nodes belong to their Document.
struct Node {
  Position position;
  std::variant<std::monostate, bool, Number, std::string, Items, Members> value;

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value); }
  const bool* boolean() const noexcept { return std::get_if<bool>(&value); }
  const Number* number() const noexcept { return std::get_if<Number>(&value); }
  const std::string* string() const noexcept { return std::get_if<std::string>(&value); }
  const Items* sequence() const noexcept { return std::get_if<Items>(&value); }
  const Members* mapping() const noexcept { return std::get_if<Members>(&value); }
};

/// Go's name of a value's JSON type, as its decoders say it: null, bool, number, string, array,
/// object.
std::string_view json_type(const Node& node) noexcept;

/// The value of the last member with this key, or null when there is none or the node is not a
/// mapping.
const Node* find(const Node& node, std::string_view key) noexcept;

/// A key that came again in a mapping, at the place of the value that follows it.
struct DuplicateKey {
  std::string key;  ///< as Go prints it: `"level"`, `5`, `true`
  Position position;
};

enum class Format { Yaml, Json };

/// One document read from a file. Move-only; moving it keeps its nodes where they are.
///
/// Mappings of a YAML document hold each key once (the last value wins) in the order of their
/// bytes, since Kubernetes' reader passes it through a Go map; what was overridden is in
/// `duplicates`. Those of a JSON document hold all members as written, since Go's JSON decoder sees
/// them one after the other.
struct Document {
  Format format = Format::Yaml;
  const Node* root = nullptr;  ///< never null after a successful read
  std::vector<DuplicateKey> duplicates;
  std::deque<Node> nodes;

  Document() = default;
  Document(Document&&) noexcept = default;
  Document& operator=(Document&&) noexcept = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() = default;

  Node& add(Position position) {
    nodes.push_back(Node{position, {}});
    return nodes.back();
  }
};

/// Why a document could not be read, worded as Kubernetes' reader does (`yaml: line 3: …`).
struct ReadError {
  std::string message;
  Position position;
};

template <typename T>
using ReadResult = tl::expected<T, ReadError>;

}  // namespace kaudit::yaml
