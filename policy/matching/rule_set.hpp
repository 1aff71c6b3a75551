#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace kaudit::policy {

/// A rule's index in its policy.
using RuleNumber = std::uint32_t;

/// A set of rules, kept by a RuleSetPool.
struct RuleSet {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;  ///< of a list; a bitmap's is kBitmap
  static constexpr std::uint32_t kBitmap = ~std::uint32_t{0};
};

/// What one property of a request (its verb, say) admits: the union of a few sets. Filled anew for
/// each request, on the stack; its arrays are not initialized.
class Choice {
 public:
  static constexpr std::size_t kMaxSets = 20;

  void clear() noexcept { bitmap_count_ = list_count_ = 0; }

 private:
  friend class RuleSetPool;
  struct List {
    const RuleNumber* begin;
    const RuleNumber* end;
  };
  std::array<const std::uint64_t*, kMaxSets> bitmaps_;
  std::array<List, kMaxSets> lists_;
  std::size_t bitmap_count_ = 0;
  std::size_t list_count_ = 0;
};

/// Holds sets of the rules 0 … n-1 and finds the smallest rule that several choices have in common.
///
/// A set with many members is a bitmap (with a summary: one bit for each of its words that is not
/// zero), one with few a sorted list. So both memory and time stay small: bitmaps are intersected
/// word by word, skipping what the summaries skip, and the members of lists are looked up in the
/// other choices one by one. Once filled it is only read, from any thread.
class RuleSetPool {
 public:
  static constexpr RuleNumber kNone = ~RuleNumber{0};

  explicit RuleSetPool(std::size_t rule_count);

  /// `rules` is sorted and holds each rule once.
  RuleSet add(std::span<const RuleNumber> rules);

  /// Adds a set to what a choice admits; at most Choice::kMaxSets.
  void admit(Choice& choice, RuleSet set) const noexcept;

  /// The smallest rule that all choices admit and that is below `limit`, or kNone.
  RuleNumber first_common(std::span<const Choice> choices, RuleNumber limit = kNone) const noexcept;

 private:
  bool admits(const Choice& choice, RuleNumber rule) const noexcept;
  RuleNumber first_in_bitmaps(std::span<const Choice> choices) const noexcept;
  bool is_common(std::span<const Choice> choices, std::size_t except,
                 RuleNumber rule) const noexcept;

  std::size_t word_count_;
  std::size_t summary_count_;
  std::size_t shortest_bitmap_;         ///< members from which a set is a bitmap
  std::vector<std::uint64_t> bitmaps_;  ///< each: its summary, then its words
  std::vector<RuleNumber> lists_;
};

}  // namespace kaudit::policy
