#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// A JSON document that JSON Patch works on: opened level by level where an operation goes, so that
/// each operation costs what it touches (a look-up by hash or order, a shift of pointers), however
/// large the document is. Members of an opened level come out in the order of their names, as from
/// a Go map.
///
/// Nothing recurses. Nodes live as long as the document. Not thread-safe.
class PatchDocument {
 public:
  struct Node;
  /// null: a null of the document, or an operation that brings no value.
  using NodePtr = Node*;
  using Members = std::map<std::string, NodePtr, std::less<>>;
  using Elements = std::vector<NodePtr>;
  struct Null {};  ///< a null that a patch brought
  struct Node {
    std::variant<Null, Json, Members, Elements> content;

    Members* members() noexcept { return std::get_if<Members>(&content); }
    Elements* elements() noexcept { return std::get_if<Elements>(&content); }
  };

  explicit PatchDocument(Json root) : root_(make(std::move(root))) {}
  PatchDocument(const PatchDocument&) = delete;
  PatchDocument& operator=(const PatchDocument&) = delete;

  /// A node for a patch's value.
  NodePtr make(Json value);
  void replace_root(Json value) { root_ = make(std::move(value)); }
  NodePtr root() noexcept { return open(root_); }

  /// Takes an object or array one level apart; anything else stays as it is.
  NodePtr open(NodePtr node);
  /// The container that holds the path's last token, opened; null when there is none on the way.
  NodePtr holder(const std::vector<std::string>& tokens);

  /// Compares by value: members in any order, numbers by their text.
  bool equals(NodePtr node, const Json& value);
  Json copy_of(const Node& node) const;
  /// The whole document; leaves nothing behind.
  Json take();

 private:
  enum class Leaves { Copied, Moved };
  static Json assemble(Node& root, Leaves leaves);

  std::deque<Node> nodes_;
  NodePtr root_;
};

}  // namespace kaudit::apiserver::objects::patch
