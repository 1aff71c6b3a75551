#pragma once

#include <chrono>
#include <cstdint>

namespace kaudit::cli {

/// A line on standard error that says how far long work is, while it lives. Nothing where that is
/// not a terminal or the output goes to one, and nothing for short work. Not thread-safe.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Cheap: looks at the clock now and then only.
  void show(std::uint64_t events, std::uint64_t bytes);
  /// Takes the line away.
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  std::uint64_t calls_ = 0;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace kaudit::cli
