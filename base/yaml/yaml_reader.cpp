#include "base/yaml/yaml_reader.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text/quote.hpp"
#include "base/yaml/compose_plain.hpp"
#include "base/yaml/raw_node.hpp"
#include "base/yaml/source_text.hpp"

namespace kaudit::yaml {
namespace {

/// go-yaml's guard against documents that explode: what share of all decoding may come from
/// aliases.
class AliasBudget {
 public:
  void enter() { ++depth_; }
  void leave() { --depth_; }

  /// Counts one node; false when there were too many from aliases.
  bool count(std::size_t text_size) {
    ++nodes_;
    if (depth_ > 0) {
      ++aliased_nodes_;
      aliased_bytes_ += text_size;
    }
    if (aliased_bytes_ > kMaxAliasedBytes) return false;
    return aliased_nodes_ <= 100 || nodes_ <= 1000 ||
           static_cast<double>(aliased_nodes_) / static_cast<double>(nodes_) <= allowed_share();
  }

 private:
  static constexpr std::size_t kSmall = 400'000;
  static constexpr std::size_t kLarge = 4'000'000;
  // A bound of our own: few nodes may hold long texts.
  static constexpr std::size_t kMaxAliasedBytes = 64U << 20U;

  double allowed_share() const {
    if (nodes_ <= kSmall) return 0.99;
    if (nodes_ >= kLarge) return 0.10;
    return 0.99 -
           0.89 * (static_cast<double>(nodes_ - kSmall) / static_cast<double>(kLarge - kSmall));
  }

  std::size_t nodes_ = 0;
  std::size_t aliased_nodes_ = 0;
  std::size_t aliased_bytes_ = 0;
  int depth_ = 0;
};

/// A key of a mapping. Go prints text in quotes, and keys are the same only when they print the
/// same, so 5 and "5" differ.
struct Key {
  enum class Type : std::uint8_t { Text, Other };  // in the order of Go's printing

  std::string text;
  Type type = Type::Text;

  std::string printed() const { return type == Type::Text ? go_quoted(text) : text; }
  friend auto operator<=>(const Key&, const Key&) = default;
};

/// Gives the raw tree its meaning. Functions return null or false after an error, which is in
/// `error`.
class Decoder {
 public:
  explicit Decoder(const RawDocument& raw) : raw_(raw) {}

  ReadResult<Document> run() {
    document_.format = Format::Yaml;
    document_.root = raw_.empty() ? &document_.add({1, 1}) : decode(raw_.root());
    if (error_) return tl::unexpected(*std::move(error_));
    return std::move(document_);
  }

 private:
  struct Entry {
    Position key_position;
    const Node* value = nullptr;
  };
  /// A mapping while it is filled, in the order that it will have.
  using Entries = std::map<Key, Entry>;

  /// Always false, so that it can be returned.
  bool refuse(Position position, const std::string& why) {
    error_ = ReadError{why, position};
    return false;
  }

  bool count(const RawNode& raw) {
    return budget_.count(raw.text_size) ||
           refuse(raw.position, "yaml: document contains excessive aliasing");
  }

  const Node* decode(const RawNode& raw) {
    if (!count(raw)) return nullptr;
    switch (raw.kind) {
      case RawNode::Kind::Scalar:
        return decode_scalar(raw);
      case RawNode::Kind::Sequence:
        return decode_sequence(raw);
      case RawNode::Kind::Mapping: {
        Entries entries;
        return decode_entries(raw, entries) ? finish_mapping(raw, entries) : nullptr;
      }
      case RawNode::Kind::Alias: {
        if (!enter_alias(raw)) return nullptr;
        const Node* node = decode(raw_.resolved(raw));
        leave_alias(raw);
        return node;
      }
    }
    return nullptr;
  }

  const Node* decode_scalar(const RawNode& raw) {
    Result<Scalar> scalar = resolve_scalar(raw_.tag(raw), raw.style, raw_.text(raw));
    if (!scalar) {
      refuse(raw.position, "yaml: " + scalar.error().message);
      return nullptr;
    }
    if (scalar->not_a_json_value) {
      refuse(raw.position, "json: unsupported value: " + std::get<Number>(scalar->value).text);
      return nullptr;
    }
    Node& node = document_.add(raw.position);
    std::visit([&node](auto& value) { node.value = std::move(value); }, scalar->value);
    return &node;
  }

  const Node* decode_sequence(const RawNode& raw) {
    if (!enter_collection(raw)) return nullptr;
    Items items;
    const auto children = raw_.children(raw);
    std::size_t count = 0;
    for (auto child = children.begin(); child != children.end(); ++child) ++count;
    items.reserve(count);
    for (const RawNode& child : children) {
      const Node* item = decode(child);
      if (item == nullptr) return nullptr;
      items.push_back(item);
    }
    --depth_;
    Node& node = document_.add(raw.position);
    node.value = std::move(items);
    return &node;
  }

  bool decode_entries(const RawNode& raw, Entries& entries) {
    if (!enter_collection(raw)) return false;
    const auto children = raw_.children(raw);
    for (auto child = children.begin(); child != children.end(); ++child) {
      const RawNode& key = *child;
      if (key.next == RawNode::kNone) break;
      const RawNode& value = *++child;
      if (!(is_merge_key(key) ? merge(value, entries) : decode_entry(key, value, entries))) {
        return false;
      }
    }
    --depth_;
    return true;
  }

  bool decode_entry(const RawNode& raw_key, const RawNode& raw_value, Entries& entries) {
    const RawNode& target = raw_.resolved(raw_key);
    if (!count(target)) return false;
    if (target.kind != RawNode::Kind::Scalar) {
      return refuse(raw_key.position, "yaml: invalid map key: a mapping or sequence");
    }
    Result<Scalar> key = resolve_scalar(raw_.tag(target), target.style, raw_.text(target));
    if (!key) return refuse(raw_key.position, "yaml: " + key.error().message);
    if (!key->key_text) return refuse(raw_key.position, key->key_text.error().message);
    const Node* value = decode(raw_value);
    if (value == nullptr) return false;
    const bool is_text = std::holds_alternative<std::string>(key->value);
    const auto [entry, inserted] = entries.try_emplace(
        Key{*std::move(key->key_text), is_text ? Key::Type::Text : Key::Type::Other});
    if (!inserted) document_.duplicates.push_back({entry->first.printed(), value->position});
    entry->second = {raw_key.position, value};
    return true;
  }

  /// go-yaml v2 merges where `<<` is, so a merged key overrides one that comes before it.
  bool merge(const RawNode& value, Entries& entries) {
    const RawNode& target = raw_.resolved(value);
    if (target.kind == RawNode::Kind::Mapping) return merge_mapping(value, entries);
    if (value.kind != RawNode::Kind::Sequence) return refuse_merge(value);
    // Later mappings first: earlier ones take precedence.
    std::vector<const RawNode*> items;
    for (const RawNode& item : raw_.children(value)) items.push_back(&item);
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
      const RawNode& source = raw_.resolved(**item);
      if (source.kind != RawNode::Kind::Mapping) return refuse_merge(**item);
      if (!merge_mapping(**item, entries)) return false;
    }
    return true;
  }

  bool merge_mapping(const RawNode& value, Entries& entries) {
    if (!count(value)) return false;
    if (value.kind != RawNode::Kind::Alias) return decode_entries(value, entries);
    if (!enter_alias(value)) return false;
    const bool merged = decode_entries(raw_.resolved(value), entries);
    leave_alias(value);
    return merged;
  }

  bool refuse_merge(const RawNode& value) {
    return refuse(value.position, "yaml: map merge requires map or sequence of maps as the value");
  }

  const Node* finish_mapping(const RawNode& raw, Entries& entries) {
    Members members;
    members.reserve(entries.size());
    while (
        !entries.empty()) {  // each goes as it is taken, so that a large mapping is not there twice
      auto entry = entries.extract(entries.begin());
      members.push_back(
          {std::move(entry.key().text), entry.mapped().key_position, entry.mapped().value});
    }
    Node& node = document_.add(raw.position);
    node.value = std::move(members);
    return &node;
  }

  bool enter_collection(const RawNode& raw) {
    return ++depth_ <= kMaxYamlDepth || refuse(raw.position, "yaml: exceeded max depth");
  }

  bool enter_alias(const RawNode& alias) {
    if (!open_targets_.insert(alias.target).second) {
      return refuse(alias.position,
                    "yaml: anchor '" + std::string(raw_.text(alias)) + "' value contains itself");
    }
    budget_.enter();
    return true;
  }

  void leave_alias(const RawNode& alias) {
    budget_.leave();
    open_targets_.erase(alias.target);
  }

  bool is_merge_key(const RawNode& node) const {
    return node.kind == RawNode::Kind::Scalar && raw_.text(node) == "<<" &&
           (node.style == ScalarStyle::Plain || raw_.tag(node) == "tag:yaml.org,2002:merge");
  }

  const RawDocument& raw_;
  Document document_;
  AliasBudget budget_;
  std::set<RawNode::Index> open_targets_;
  std::size_t depth_ = 0;
  std::optional<ReadError> error_;
};

ReadResult<RawDocument> composed(const std::string& text) {
  if (auto plain = compose_plain(text)) return *std::move(plain);
  return compose(text);
}

}  // namespace

ReadResult<Document> read_yaml(std::string_view bytes) {
  ReadResult<std::string> text = source_text(bytes);
  if (!text) return tl::unexpected(std::move(text.error()));
  ReadResult<RawDocument> raw = composed(*text);
  if (!raw) return tl::unexpected(std::move(raw.error()));
  *text = {};  // the tree has all that is needed of it
  text->shrink_to_fit();
  return Decoder(*raw).run();
}

}  // namespace kaudit::yaml
