#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace kaudit::cli {

/// What is counted of the events with one key.
struct TallyCount {
  std::uint64_t events = 0;
  std::uint64_t errors = 0;  ///< answered with 400 and above
  std::uint64_t bytes = 0;
};

/// Counts by key, in memory that is bounded: where there are too many different keys, the rare ones
/// are forgotten. Not thread-safe.
class Tally {
 public:
  struct Row {
    std::string key;
    TallyCount count;
  };

  void add(const std::string& key, const TallyCount& count);
  /// The most frequent keys, those of equal numbers by their text; 0 for all.
  std::vector<Row> top(std::size_t most) const;
  /// Whether keys were forgotten: then numbers may be a little small.
  bool approximate() const noexcept { return forgotten_ > 0; }

 private:
  static constexpr std::size_t kMostKeys = 200'000;
  void forget_rare_ones();

  std::unordered_map<std::string, TallyCount> counts_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace kaudit::cli
