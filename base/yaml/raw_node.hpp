#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/yaml/node.hpp"
#include "base/yaml/scalar.hpp"

namespace kaudit::yaml {

/// A node as it is written: tags unresolved, aliases unexpanded, merge keys and duplicate keys
/// still there. Small, because a document has one for every few of its bytes: what it refers to is
/// found through its RawDocument.
struct RawNode {
  enum class Kind : std::uint8_t { Scalar, Sequence, Mapping, Alias };
  /// Of a node in its document.
  using Index = std::uint32_t;
  static constexpr Index kNone = ~Index{0};

  Kind kind = Kind::Scalar;
  ScalarStyle style = ScalarStyle::Plain;
  bool tagged = false;
  Position position;
  std::uint32_t text = 0;  ///< where a scalar's value or an alias's name begins
  std::uint32_t text_size = 0;
  Index next =
      kNone;  ///< in the collection that contains it: key, value, key, value, … in a mapping
  /// The first one within a collection; of an alias: the node it names, which may be a collection
  /// that contains it.
  Index target = kNone;
};

/// The first document of a file.
class RawDocument {
 public:
  /// The nodes within a collection.
  class Children {
   public:
    class Iterator {
     public:
      Iterator(const RawDocument& document, RawNode::Index at) : document_(&document), at_(at) {}
      const RawNode& operator*() const { return document_->nodes_[at_]; }
      Iterator& operator++() {
        at_ = document_->nodes_[at_].next;
        return *this;
      }
      friend bool operator==(const Iterator&, const Iterator&) = default;

     private:
      const RawDocument* document_;
      RawNode::Index at_;
    };

    Children(const RawDocument& document, RawNode::Index first)
        : document_(document), first_(first) {}
    Iterator begin() const { return {document_, first_}; }
    Iterator end() const { return {document_, RawNode::kNone}; }

   private:
    const RawDocument& document_;
    RawNode::Index first_;
  };

  bool empty() const noexcept { return nodes_.empty(); }
  /// There must be one.
  const RawNode& root() const { return nodes_.front(); }
  Children children(const RawNode& collection) const { return {*this, collection.target}; }
  /// What an alias stands for, another node for itself.
  const RawNode& resolved(const RawNode& node) const {
    return node.kind == RawNode::Kind::Alias ? nodes_[node.target] : node;
  }
  std::string_view text(const RawNode& node) const noexcept {
    return std::string_view(text_).substr(node.text, node.text_size);
  }
  /// Full, or "".
  std::string_view tag(const RawNode& node) const {
    return node.tagged ? std::string_view(tags_.at(&node)) : std::string_view();
  }

  // Building it.

  /// The text of all scalars is about as long as the source.
  void reserve_text(std::size_t bytes) { text_.reserve(bytes); }
  RawNode& add(RawNode::Kind kind, Position position) {
    RawNode& node = nodes_.emplace_back();
    node.kind = kind;
    node.position = position;
    return node;
  }
  /// Of the node that was added last.
  RawNode::Index last() const noexcept { return static_cast<RawNode::Index>(nodes_.size() - 1); }
  RawNode& at(RawNode::Index index) { return nodes_[index]; }
  const RawNode& at(RawNode::Index index) const { return nodes_[index]; }
  void set_text(RawNode& node, std::string_view text) {
    node.text = static_cast<std::uint32_t>(text_.size());
    node.text_size = static_cast<std::uint32_t>(text.size());
    text_ += text;
  }
  void set_tag(RawNode& node, std::string tag) {
    node.tagged = true;
    tags_[&node] = std::move(tag);
  }

 private:
  std::deque<RawNode> nodes_;
  std::string text_;
  std::unordered_map<const RawNode*, std::string> tags_;  ///< few nodes have one
};

/// A source may have this many bytes: nodes count them in 32 bits.
inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 30U;

/// Parses the first document with yaml-cpp and refuses what it accepts though YAML 1.1 and
/// Kubernetes' reader do not. What follows the first document is not looked at. Collections nest to
/// about 500 levels.
ReadResult<RawDocument> compose(const std::string& source_text);

}  // namespace kaudit::yaml
