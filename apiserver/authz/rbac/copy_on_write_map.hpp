#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace kaudit::apiserver::authz::rbac {

/// What a map of roles or subjects is asked for: a kind of thing, its namespace and its name.
/// Nothing is put together for a question.
struct KeyView {
  char kind;
  std::string_view ns;
  std::string_view name;
};

struct Key {
  char kind;
  std::string ns;
  std::string name;

  explicit Key(const KeyView& key) : kind(key.kind), ns(key.ns), name(key.name) {}
  operator KeyView() const noexcept { return {kind, ns, name}; }
};

struct KeyHash {
  using is_transparent = void;
  std::size_t operator()(const KeyView& key) const noexcept {
    const std::hash<std::string_view> hash;
    return hash(key.name) * 31 + hash(key.ns) * 17 + static_cast<unsigned char>(key.kind);
  }
};

struct SameKey {
  using is_transparent = void;
  bool operator()(const KeyView& a, const KeyView& b) const noexcept {
    return a.kind == b.kind && a.name == b.name && a.ns == b.ns;
  }
};

/// A map whose copies share what is the same in both: copying it costs a fixed number of pointers,
/// and a change of a copy that of one shard. So each state can be read by others for as long as
/// they like. A value like std::map: not thread-safe while it is changed.
template <typename Value>
class CopyOnWriteMap {
 public:
  /// null when there is none.
  const Value* find(const KeyView& key) const noexcept {
    const auto& shard = shards_[KeyHash()(key) % kShards];
    if (!shard) return nullptr;
    const auto found = shard->find(key);
    return found == shard->end() ? nullptr : &found->second;
  }
  void set(const KeyView& key, Value value) {
    change(key, [&](Shard& shard) { shard.insert_or_assign(Key(key), std::move(value)); });
  }
  void erase(const KeyView& key) {
    change(key, [&](Shard& shard) {
      if (const auto found = shard.find(key); found != shard.end()) shard.erase(found);
    });
  }

 private:
  static constexpr std::size_t kShards = 128;
  using Shard = std::unordered_map<Key, Value, KeyHash, SameKey>;

  template <typename Change>
  void change(const KeyView& key, Change apply) {
    auto& shard = shards_[KeyHash()(key) % kShards];
    auto changed = shard ? std::make_shared<Shard>(*shard) : std::make_shared<Shard>();
    apply(*changed);
    if (changed->empty()) {
      shard.reset();
    } else {
      shard = std::move(changed);
    }
  }

  std::array<std::shared_ptr<const Shard>, kShards> shards_;
};

}  // namespace kaudit::apiserver::authz::rbac
