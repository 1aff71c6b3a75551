#pragma once

#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

#include "audit/evaluator.hpp"
#include "policy/matching/value_index.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

/// A rule's `resources`: for a group, resource, subresource and name the rules that name them.
///
/// Each element of an entry's resources becomes a key (group, resource, subresource, name) in which
/// any part may be "any"; a request looks up the few keys that fit it: 2 groups × 4 forms of
/// pattern × 2 names.
class ResourceIndex {
 public:
  /// The most sets that admit() adds to a choice.
  static constexpr std::size_t kMaxSets = 16;

  void add(const GroupResources& entry, RuleNumber rule);
  /// To be called once all entries are added.
  void build(RuleSetPool& pool);

  void admit(const RuleSetPool& pool, const audit::Attributes& attributes,
             Choice& choice) const noexcept;

 private:
  // Numbers of strings are shifted to leave room for these.
  static constexpr std::uint32_t kAny = 0;
  static constexpr std::uint32_t kNoSubresource = 1;
  static constexpr std::uint32_t kFirstString = 2;

  struct Key {
    std::uint32_t group = kAny;
    std::uint32_t resource = kAny;
    std::uint32_t subresource = kAny;
    std::uint32_t name = kAny;
    friend bool operator==(const Key&, const Key&) = default;
    friend bool operator<(const Key& a, const Key& b) noexcept {
      return std::tie(a.group, a.resource, a.subresource, a.name) <
             std::tie(b.group, b.resource, b.subresource, b.name);
    }
  };
  struct Slot {
    Key key;
    RuleSet rules;
    bool is_taken = false;
  };
  static std::size_t hash_of(const Key& key) noexcept;

  std::uint32_t intern(std::string_view text) { return strings_.intern(text) + kFirstString; }
  /// The string's number, or StringTable::kAbsent.
  std::uint32_t find(std::string_view text) const noexcept;
  void add_pattern(Key key, std::string_view pattern, RuleNumber rule);
  const RuleSet* find(const Key& key) const noexcept;

  StringTable strings_;
  Postings<Key> postings_;
  /// Open addressing: a power of two, at most half full; none where no rule names a resource.
  std::vector<Slot> slots_;
};

}  // namespace kaudit::policy
