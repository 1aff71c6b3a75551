#include "policy/matching/rule_set.hpp"

#include <algorithm>
#include <bit>

namespace kaudit::policy {
namespace {

constexpr std::size_t kWordBits = 64;
/// Up to this many rules every set is a bitmap: it fits into a cache line.
constexpr std::size_t kAlwaysBitmaps = 256;

constexpr std::size_t words_for(std::size_t bits) noexcept {
  return (bits + kWordBits - 1) / kWordBits;
}
constexpr std::uint64_t bit(std::size_t i) noexcept { return std::uint64_t{1} << (i % kWordBits); }

}  // namespace

RuleSetPool::RuleSetPool(std::size_t rule_count)
    : word_count_(words_for(rule_count)),
      summary_count_(words_for(word_count_)),
      shortest_bitmap_(rule_count <= kAlwaysBitmaps ? 0 : rule_count / kWordBits) {}

RuleSet RuleSetPool::add(std::span<const RuleNumber> rules) {
  if (rules.size() < shortest_bitmap_) {
    const RuleSet set{static_cast<std::uint32_t>(lists_.size()),
                      static_cast<std::uint32_t>(rules.size())};
    lists_.insert(lists_.end(), rules.begin(), rules.end());
    return set;
  }
  const RuleSet set{static_cast<std::uint32_t>(bitmaps_.size()), RuleSet::kBitmap};
  bitmaps_.resize(bitmaps_.size() + summary_count_ + word_count_);
  std::uint64_t* summary = bitmaps_.data() + set.offset;
  std::uint64_t* words = summary + summary_count_;
  for (const RuleNumber rule : rules) {
    const std::size_t word = rule / kWordBits;
    words[word] |= bit(rule);
    summary[word / kWordBits] |= bit(word);
  }
  return set;
}

void RuleSetPool::admit(Choice& choice, RuleSet set) const noexcept {
  if (set.size == RuleSet::kBitmap) {
    choice.bitmaps_[choice.bitmap_count_++] = bitmaps_.data() + set.offset;
  } else if (set.size > 0) {
    const RuleNumber* begin = lists_.data() + set.offset;
    choice.lists_[choice.list_count_++] = {begin, begin + set.size};
  }
}

RuleNumber RuleSetPool::first_common(std::span<const Choice> choices,
                                     RuleNumber limit) const noexcept {
  // A common rule is either in a bitmap of every choice, or in a list of at least one.
  RuleNumber best = std::min(first_in_bitmaps(choices), limit);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    for (std::size_t k = 0; k < choices[i].list_count_; ++k) {
      const Choice::List& list = choices[i].lists_[k];
      for (const RuleNumber* rule = list.begin; rule != list.end && *rule < best; ++rule) {
        if (is_common(choices, i, *rule)) best = *rule;
      }
    }
  }
  return best < limit ? best : kNone;
}

RuleNumber RuleSetPool::first_in_bitmaps(std::span<const Choice> choices) const noexcept {
  const auto common_word = [choices](std::size_t index) noexcept {
    std::uint64_t common = ~std::uint64_t{0};
    for (const Choice& choice : choices) {
      std::uint64_t any = 0;
      for (std::size_t k = 0; k < choice.bitmap_count_; ++k) any |= choice.bitmaps_[k][index];
      common &= any;
      if (common == 0) break;
    }
    return common;
  };
  for (std::size_t s = 0; s < summary_count_; ++s) {
    for (std::uint64_t candidates = common_word(s); candidates != 0; candidates &= candidates - 1) {
      const std::size_t word =
          s * kWordBits + static_cast<std::size_t>(std::countr_zero(candidates));
      const std::uint64_t common = common_word(summary_count_ + word);
      if (common != 0) return static_cast<RuleNumber>(word * kWordBits + std::countr_zero(common));
    }
  }
  return kNone;
}

bool RuleSetPool::is_common(std::span<const Choice> choices, std::size_t except,
                            RuleNumber rule) const noexcept {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i != except && !admits(choices[i], rule)) return false;
  }
  return true;
}

bool RuleSetPool::admits(const Choice& choice, RuleNumber rule) const noexcept {
  const std::size_t word = summary_count_ + rule / kWordBits;
  for (std::size_t k = 0; k < choice.bitmap_count_; ++k) {
    if ((choice.bitmaps_[k][word] & bit(rule)) != 0) return true;
  }
  for (std::size_t k = 0; k < choice.list_count_; ++k) {
    if (std::binary_search(choice.lists_[k].begin, choice.lists_[k].end, rule)) return true;
  }
  return false;
}

}  // namespace kaudit::policy
