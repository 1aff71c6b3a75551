#include "audit/search/filter_index.hpp"

#include <algorithm>

namespace kaudit::audit::search {
namespace {

void set_bit(std::vector<std::uint64_t>& bits, std::size_t number) {
  if (bits.size() <= number / 64) bits.resize(number / 64 + 1);
  bits[number / 64] |= std::uint64_t{1} << (number % 64);
}

/// Whether a look at a field may leave out more than one, which could be asked itself.
bool has_two_of(const std::vector<std::uint64_t>& bits,
                const std::vector<std::uint64_t>& of) noexcept {
  bool one = false;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const std::uint64_t both = bits[i] & of[i];
    if (both == 0) continue;
    if (one || (both & (both - 1)) != 0) return true;
    one = true;
  }
  return false;
}

void keep(std::vector<std::uint64_t>& bits, const std::vector<std::uint64_t>& of) noexcept {
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] &= of[i];
}

}  // namespace

void FilterIndex::add(const Filter& filter) {
  const std::size_t number = filters_++;
  if (filter.matches_none()) return;
  set_bit(possible_, number);
  for (const Demand& demand : filter.demands()) {
    auto field = std::ranges::find(fields_, demand.slot, &Field::slot);
    if (field == fields_.end()) {
      field = fields_.emplace(fields_.end());
      field->slot = demand.slot;
    }
    ++field->demanding;
    set_bit(field->asked, number);
    for (const std::string& text : demand.texts) set_bit(field->by_text[text], number);
  }
}

void FilterIndex::finish() {
  const std::size_t words = (filters_ + 63) / 64;
  possible_.resize(words);
  for (Field& field : fields_) {
    field.asked.resize(words);
    field.others.resize(words);
    for (std::size_t number = 0; number < filters_; ++number) {
      const bool asked = (field.asked[number / 64] >> (number % 64) & 1) != 0;
      if (!asked) set_bit(field.others, number);
    }
    for (auto& [text, bits] : field.by_text) {
      bits.resize(words);
      for (std::size_t i = 0; i < words; ++i) bits[i] |= field.others[i];
    }
  }
  std::ranges::stable_sort(fields_, std::ranges::greater(), &Field::demanding);
}

void FilterIndex::find(Evaluation& event, Candidates& candidates) const {
  Bits& bits = candidates.bits_;
  bits = possible_;
  for (const Field& field : fields_) {
    if (!has_two_of(bits, field.asked)) continue;
    const auto texts = event.values(field.slot).texts();
    if (texts.size() > 1) continue;  // of those all may have to be asked
    if (texts.empty()) {
      keep(bits, field.others);
      continue;
    }
    const auto found = field.by_text.find(texts.front());
    keep(bits, found == field.by_text.end() ? field.others : found->second);
  }
}

}  // namespace kaudit::audit::search
