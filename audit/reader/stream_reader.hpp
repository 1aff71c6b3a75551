#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "audit/reader/entry_shape.hpp"
#include "audit/reader/json_extent.hpp"
#include "audit/reader/log_entry.hpp"
#include "audit/reader/piece_joiner.hpp"
#include "base/files/byte_window.hpp"

namespace kaudit::audit::reader {

/// The entries of one stream: what LogReader reads each of its files with. What a line is, is
/// decided line by line, so that a file may have several forms. Not thread-safe.
class StreamReader {
 public:
  /// `longest` is the bytes that an event or a line may have; `depth` counts the wrappers around
  /// the stream, which are bounded.
  StreamReader(std::unique_ptr<ByteSource> source, std::string name, std::size_t longest,
               int depth = 0);

  /// The next entry, good until the next call; null at the end.
  const LogEntry* next();

  std::uint64_t bytes_read() const noexcept { return window_.offset(); }

 private:
  enum class Mode : std::uint8_t { Start, Top, Object, Array, SkipLine, Resync, Finish, End };
  /// Where a part of the stream began.
  struct Place {
    std::uint64_t line;
    std::uint64_t offset;
  };

  // Each looks at what comes next and goes beyond it. True: `entry_` is the next entry.
  bool start();
  bool top();
  bool object();
  bool compact_line();
  bool text_line();
  bool prefixed(std::string_view line, std::size_t begin, Place at, LineEnd end);
  bool members();
  bool elements();
  bool element(std::string_view text, Place at);
  bool skip_line();
  bool resync();
  bool finish();
  bool nul_bytes();
  bool array();

  bool whole_object(std::string_view text, ShapeFound found, Place at, LineEnd end);
  bool wrapped_text(std::string text, Wrapping wrapping, Place at);
  bool unwrapped(std::string_view object, Wrapping wrapping, Place at);
  bool broken_object(const JsonExtent& extent, MoreBytes last);
  bool broken_line(const JsonExtent& extent);
  bool glued_line(std::size_t size);
  bool broken_list(std::string_view why, FaultKind kind = FaultKind::CutOff);

  bool event(std::string_view text, Wrapping wrapping, Place at, LineEnd end);
  bool fault(std::string reason, Place at, FaultKind kind = FaultKind::NotAnEvent);
  /// One that is a line's.
  bool line_fault(std::string reason, Place at, std::string_view line,
                  FaultKind kind = FaultKind::NotAnEvent);

  Place here() const noexcept { return {line_, window_.offset()}; }
  /// Goes beyond so many bytes, and counts their lines.
  void pass(std::size_t bytes) noexcept;
  /// Goes beyond white space. False: the stream ends.
  bool skip_space();
  bool ensure(std::size_t bytes);
  /// Reads until the value at the front is complete, or cannot be.
  Extent scan_value(JsonExtent& extent, MoreBytes& last);
  /// Where the line at the front ends, before its line feed; the end of the stream ends it, too.
  /// npos: it is too long.
  std::size_t line_size();
  bool line_goes_on(std::size_t size);
  LineEnd pass_line_end();

  std::string name_;
  std::size_t longest_;
  int depth_;
  ByteWindow window_;
  Mode mode_ = Mode::Start;
  std::uint64_t line_ = 1;
  bool only_arrays_ = true;  ///< nothing but arrays came so far
  bool is_event_list_ = false;
  bool in_object_ = false;  ///< the array is a member of an object
  int array_depth_ = 0;
  std::uint64_t items_ = 0;  ///< of the list that is read
  PieceJoiner pieces_;
  LogEntry entry_;
  std::string held_;  ///< the text of an event that was wrapped
  std::string reason_;
  std::unique_ptr<StreamReader> inner_;  ///< of a list in a wrapper
  Wrapping inner_wrapping_ = Wrapping::None;
  Place inner_at_{0, 0};
  // Of a broken document, until the next one is found.
  std::string pending_reason_;
  FaultKind pending_kind_ = FaultKind::CutOff;
  std::string pending_line_;
  Place pending_at_{0, 0};
  std::uint64_t skipped_lines_ = 0;
};

}  // namespace kaudit::audit::reader
