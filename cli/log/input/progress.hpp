#pragma once

#include <chrono>
#include <cstdint>

#include "audit/reader/log_reader.hpp"

namespace kaudit::cli {

/// A line on standard error that says how far long work is. Nothing where that is not a terminal,
/// and nothing for short work. Not thread-safe.
class Progress {
 public:
  Progress();
  /// Cheap: looks at the clock now and then only.
  void show(const audit::reader::LogReader& reader, std::uint64_t events);
  /// Takes the line away.
  void finish();

 private:
  bool terminal_;
  bool shown_ = false;
  std::uint64_t calls_ = 0;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace kaudit::cli
