#include "base/yaml/yaml_reader.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text/quote.hpp"
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

bool is_merge_key(const RawNode& node) {
  return node.kind == RawNode::Kind::Scalar && node.text == "<<" &&
         (node.style == ScalarStyle::Plain || node.tag == "tag:yaml.org,2002:merge");
}

/// A key as Go prints it; keys are the same only when they print the same, so 5 and "5" differ.
std::string go_key(const Scalar& key) {
  const std::string& text = *key.key_text;
  return std::holds_alternative<std::string>(key.value) ? go_quoted(text) : text;
}

/// Gives the raw tree its meaning. Functions return null or false after an error, which is in
/// `error`.
class Decoder {
 public:
  ReadResult<Document> run(const RawDocument& raw) {
    document_.format = Format::Yaml;
    document_.root = raw.root != nullptr ? decode(*raw.root) : &document_.add({1, 1});
    if (error_) return tl::unexpected(*std::move(error_));
    return std::move(document_);
  }

 private:
  /// A mapping while it is filled, by Go's idea of which keys are the same.
  using Entries = std::map<std::string, Member>;

  /// Always false, so that it can be returned.
  bool refuse(Position position, const std::string& why) {
    error_ = ReadError{why, position};
    return false;
  }

  bool count(const RawNode& raw) {
    return budget_.count(raw.text.size()) ||
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
        const Node* node = decode(*raw.target);
        leave_alias(raw);
        return node;
      }
    }
    return nullptr;
  }

  const Node* decode_scalar(const RawNode& raw) {
    Result<Scalar> scalar = resolve_scalar(raw.tag, raw.style, raw.text);
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
    items.reserve(raw.children.size());
    for (const RawNode* child : raw.children) {
      const Node* item = decode(*child);
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
    for (std::size_t i = 0; i + 1 < raw.children.size(); i += 2) {
      const RawNode& key = *raw.children[i];
      const RawNode& value = *raw.children[i + 1];
      if (!(is_merge_key(key) ? merge(value, entries) : decode_entry(key, value, entries))) {
        return false;
      }
    }
    --depth_;
    return true;
  }

  bool decode_entry(const RawNode& raw_key, const RawNode& raw_value, Entries& entries) {
    const RawNode& target = raw_key.kind == RawNode::Kind::Alias ? *raw_key.target : raw_key;
    if (!count(target)) return false;
    if (target.kind != RawNode::Kind::Scalar) {
      return refuse(raw_key.position, "yaml: invalid map key: a mapping or sequence");
    }
    const Result<Scalar> key = resolve_scalar(target.tag, target.style, target.text);
    if (!key) return refuse(raw_key.position, "yaml: " + key.error().message);
    if (!key->key_text) return refuse(raw_key.position, key->key_text.error().message);
    const Node* value = decode(raw_value);
    if (value == nullptr) return false;
    std::string identity = go_key(*key);
    const auto [entry, inserted] = entries.try_emplace(std::move(identity));
    if (!inserted) document_.duplicates.push_back({entry->first, value->position});
    entry->second = Member{*key->key_text, raw_key.position, value};
    return true;
  }

  /// go-yaml v2 merges where `<<` is, so a merged key overrides one that comes before it.
  bool merge(const RawNode& value, Entries& entries) {
    const RawNode& target = value.kind == RawNode::Kind::Alias ? *value.target : value;
    if (target.kind == RawNode::Kind::Mapping) return merge_mapping(value, entries);
    if (value.kind != RawNode::Kind::Sequence) return refuse_merge(value);
    // Later mappings first: earlier ones take precedence.
    for (auto item = value.children.rbegin(); item != value.children.rend(); ++item) {
      const RawNode& source = (*item)->kind == RawNode::Kind::Alias ? *(*item)->target : **item;
      if (source.kind != RawNode::Kind::Mapping) return refuse_merge(**item);
      if (!merge_mapping(**item, entries)) return false;
    }
    return true;
  }

  bool merge_mapping(const RawNode& value, Entries& entries) {
    if (!count(value)) return false;
    if (value.kind != RawNode::Kind::Alias) return decode_entries(value, entries);
    if (!enter_alias(value)) return false;
    const bool merged = decode_entries(*value.target, entries);
    leave_alias(value);
    return merged;
  }

  bool refuse_merge(const RawNode& value) {
    return refuse(value.position, "yaml: map merge requires map or sequence of maps as the value");
  }

  const Node* finish_mapping(const RawNode& raw, Entries& entries) {
    Members members;
    members.reserve(entries.size());
    for (auto& [identity, member] : entries) members.push_back(std::move(member));
    std::ranges::stable_sort(members, {}, &Member::key);
    Node& node = document_.add(raw.position);
    node.value = std::move(members);
    return &node;
  }

  bool enter_collection(const RawNode& raw) {
    return ++depth_ <= kMaxYamlDepth || refuse(raw.position, "yaml: exceeded max depth");
  }

  bool enter_alias(const RawNode& alias) {
    if (!open_targets_.insert(alias.target).second) {
      return refuse(alias.position, "yaml: anchor '" + alias.text + "' value contains itself");
    }
    budget_.enter();
    return true;
  }

  void leave_alias(const RawNode& alias) {
    budget_.leave();
    open_targets_.erase(alias.target);
  }

  Document document_;
  AliasBudget budget_;
  std::set<const RawNode*> open_targets_;
  std::size_t depth_ = 0;
  std::optional<ReadError> error_;
};

}  // namespace

ReadResult<Document> read_yaml(std::string_view bytes) {
  ReadResult<std::string> text = source_text(bytes);
  if (!text) return tl::unexpected(std::move(text.error()));
  ReadResult<RawDocument> raw = compose(*text);
  if (!raw) return tl::unexpected(std::move(raw.error()));
  return Decoder().run(*raw);
}

}  // namespace kaudit::yaml
