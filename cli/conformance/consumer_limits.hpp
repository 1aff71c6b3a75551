#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::cli {

/// How long a line may be for a consumer of logs, as it comes out of the box.
struct ConsumerLimit {
  std::string_view check;  ///< of the suite `log`
  std::string_view name;
  std::uint64_t most;        ///< bytes without the line feed
  std::string_view outcome;  ///< of a longer line
};

inline constexpr std::array kConsumerLimits{
    ConsumerLimit{"lengths.fluent-bit", "Fluent Bit, tail", 32 * 1024 - 1,
                  "the file is not read any further; with Skip_Long_Lines the line is lost"},
    ConsumerLimit{"lengths.bufio-scanner", "Go, bufio.Scanner", 64 * 1024 - 1,
                  "the reader stops there"},
    ConsumerLimit{"lengths.vector", "Vector, file", 100 * 1024, "lost"},
    ConsumerLimit{"lengths.loki", "Loki", 256 * 1024, "lost"},
    ConsumerLimit{"lengths.cloudwatch", "CloudWatch Logs, before 2025", 256 * 1024 - 26,
                  "cut in two, or lost"},
    ConsumerLimit{"lengths.falco", "Falco, k8saudit", 256 * 1024, "lost"},
    ConsumerLimit{"lengths.otel", "OpenTelemetry, filelog", 1024 * 1024, "cut in pieces"},
};

/// Which consumer would lose how many lines. Not thread-safe.
class ConsumerLosses {
 public:
  void count(std::uint64_t line_bytes) noexcept {
    longest_ = line_bytes > longest_ ? line_bytes : longest_;
    for (std::size_t i = 0; i < kConsumerLimits.size(); ++i) {
      if (line_bytes <= kConsumerLimits[i].most) continue;
      ++losses_[i].lines;
      losses_[i].bytes += line_bytes;
    }
  }

  /// The table for people: a line a consumer.
  void append_to(std::string& out) const;

 private:
  struct Loss {
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
  };
  std::array<Loss, kConsumerLimits.size()> losses_{};
  std::uint64_t longest_ = 0;
};

}  // namespace kaudit::cli
