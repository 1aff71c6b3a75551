#include "cli/log/figures/tally.hpp"

#include <algorithm>

namespace kaudit::cli {

void Tally::add(const std::string& key, const TallyCount& count) {
  // Of a key that is hostile in its length, enough to know it by.
  constexpr std::size_t kLongestKey = 1'024;
  const auto found = key.size() > kLongestKey
                         ? counts_.try_emplace(key.substr(0, kLongestKey)).first
                         : counts_.try_emplace(key).first;
  found->second.events += count.events;
  found->second.errors += count.errors;
  found->second.bytes += count.bytes;
  if (counts_.size() > kMostKeys) forget_rare_ones();
}

void Tally::forget_rare_ones() {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(counts_.size());
  for (const auto& [key, count] : counts_) numbers.push_back(count.events);
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::ranges::nth_element(numbers, middle);
  const std::uint64_t border = *middle;
  std::size_t left = counts_.size();
  const std::size_t wanted = kMostKeys / 2;
  std::erase_if(counts_, [&](const auto& entry) {
    if (entry.second.events > border || left <= wanted) return false;
    --left;
    ++forgotten_;
    return true;
  });
}

std::vector<Tally::Row> Tally::top(std::size_t most) const {
  std::vector<Row> rows;
  rows.reserve(counts_.size());
  for (const auto& [key, count] : counts_) rows.push_back({key, count});
  const auto before = [](const Row& a, const Row& b) {
    if (a.count.events != b.count.events) return a.count.events > b.count.events;
    return a.key < b.key;
  };
  const std::size_t kept = most == 0 ? rows.size() : std::min(most, rows.size());
  std::ranges::partial_sort(rows, rows.begin() + static_cast<std::ptrdiff_t>(kept), before);
  rows.resize(kept);
  return rows;
}

}  // namespace kaudit::cli
