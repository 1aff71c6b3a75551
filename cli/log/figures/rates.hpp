#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace kaudit::cli {

/// Numbers over time: how many events began in each span of equal length. The span doubles where
/// there would be too many. Not thread-safe.
class Rates {
 public:
  struct Span {
    std::int64_t begin = 0;  ///< seconds since 1970
    std::uint64_t events = 0;
    std::uint64_t errors = 0;
  };

  void add(std::int64_t seconds, bool error);
  std::int64_t span_seconds() const noexcept { return width_; }
  /// In order, those without events included; none when there are no events.
  std::vector<Span> spans() const;

 private:
  static constexpr std::size_t kMostSpans = 240;
  void widen();
  std::int64_t begin_of(std::int64_t seconds) const noexcept;

  std::int64_t width_ = 1;
  std::map<std::int64_t, Span> spans_;
};

}  // namespace kaudit::cli
