#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::cli {

/// Standard output, written in large pieces. Append to buffer(), then call flush_when_full();
/// flush() at the end. Not thread-safe.
class Output {
 public:
  std::string& buffer() noexcept { return buffer_; }

  Result<void> flush_when_full() { return buffer_.size() < kFull ? Result<void>() : flush(); }
  /// Writes all. The error names what went wrong; what could not be written is dropped.
  Result<void> flush();

 private:
  static constexpr std::size_t kFull = 256 * 1024;

  std::string buffer_;
};

/// Writes a report for people to standard output. Whatever of it would do something to a terminal
/// is escaped; line feeds and tabs lay it out, so those of values must have been escaped before.
void print(std::string_view text);
/// Writes JSON lines, whose strings do nothing to a terminal either.
void print_json(std::string_view json);
/// Writes text that has to stay as it is: another format, or colours. Its values have been escaped.
void print_as_is(std::string_view text);
/// True when something that was printed could not be written: going on makes no sense.
bool printing_failed() noexcept;

/// Writes what print() has not written yet. Error: that, or something before it,
/// could not be written.
Result<void> finish_printing();

/// `kaudit: MESSAGE` on standard error, in one line that does nothing to a terminal.
void complain(std::string_view message);

}  // namespace kaudit::cli
