#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/search/evaluation.hpp"
#include "audit/search/event_filter.hpp"

namespace kaudit::audit::search {

/// Which of many filters an event may match, by a look at the few fields that most of them ask for
/// one of some texts (its stage, verb, resource …): so the cost of an event hardly grows with their
/// number. It only leaves out what cannot match; whoever asks still asks the filter. Filled in by
/// add(), then constant and shared by threads, each with a Candidates of its own.
class FilterIndex {
 public:
  /// Filters are numbered from 0, in the order in which they come.
  void add(const Filter& filter);
  /// After the last: the fields that tell most filters apart come first.
  void finish();

  /// A set of filters; kept from event to event, so that its memory is used again.
  class Candidates {
   public:
    /// Calls `take(number)` in the order of the numbers.
    template <typename Take>
    void for_each(const Take& take) const {
      for (std::size_t word = 0; word < bits_.size(); ++word) {
        for (std::uint64_t left = bits_[word]; left != 0; left &= left - 1) {
          take(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
        }
      }
    }

   private:
    friend class FilterIndex;
    std::vector<std::uint64_t> bits_;
  };

  /// Finds those that the event that the evaluation holds may match.
  void find(Evaluation& event, Candidates& candidates) const;

 private:
  using Bits = std::vector<std::uint64_t>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  /// One field.
  struct Field {
    std::size_t slot = 0;
    std::size_t demanding = 0;  ///< how many filters ask for it
    Bits asked;                 ///< those
    Bits others;                ///< that do not
    std::unordered_map<std::string, std::vector<std::uint32_t>> filters;  ///< until finish()
    std::unordered_map<std::string, Bits, Hash, std::equal_to<>> by_text;
  };

  void fill_in(Field& field) const;

  std::size_t filters_ = 0;
  std::size_t texts_ = 0;  ///< of all filters together
  Bits possible_;          ///< those that an event can match at all
  std::vector<Field> fields_;
};

}  // namespace kaudit::audit::search
