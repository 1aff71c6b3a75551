#include "audit/search/filter_index.hpp"

#include <algorithm>

namespace kaudit::audit::search {
namespace {

// What large rule files may cost in memory: filters beyond that are asked of every event, fields
// with more texts are not looked at.
constexpr std::size_t kMostIndexedTexts = 1'000'000;
constexpr std::size_t kMostIndexWords = 1'000'000;

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
    texts_ += demand.texts.size();
    if (texts_ > kMostIndexedTexts) return;
    auto field = std::ranges::find(fields_, demand.slot, &Field::slot);
    if (field == fields_.end()) {
      field = fields_.emplace(fields_.end());
      field->slot = demand.slot;
    }
    ++field->demanding;
    set_bit(field->asked, number);
    for (const std::string& text : demand.texts) {
      field->filters[text].push_back(static_cast<std::uint32_t>(number));
    }
  }
}

void FilterIndex::fill_in(Field& field) const {
  field.asked.resize(possible_.size());
  field.others.resize(possible_.size());
  for (std::size_t number = 0; number < filters_; ++number) {
    const bool asked = (field.asked[number / 64] >> (number % 64) & 1) != 0;
    if (!asked) set_bit(field.others, number);
  }
  for (const auto& [text, filters] : field.filters) {
    Bits& bits = field.by_text.emplace(text, field.others).first->second;
    for (const std::uint32_t number : filters) set_bit(bits, number);
  }
  field.filters.clear();
}

void FilterIndex::finish() {
  const std::size_t words = (filters_ + 63) / 64;
  possible_.resize(words);
  std::erase_if(fields_, [words](const Field& field) {
    return field.filters.size() > kMostIndexWords / std::max<std::size_t>(words, 1);
  });
  for (Field& field : fields_) fill_in(field);
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
