#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::backends {

/// Lines that wait, the oldest first. They lie in large pieces that are handed on as they are, so
/// that a line costs a copy but no allocation, and no thread frees what another one allocated. Not
/// thread-safe.
class LineBacklog {
 public:
  LineBacklog();

  struct Piece {
    std::string lines;
    std::size_t count = 0;
  };

  /// The line with its newline. One from 16 KiB on is moved from where it can be, so that whoever
  /// holds a lock meanwhile does not hold it for long.
  void push(std::string_view line);
  void push(std::string&& line);
  /// Moves so many lines, of which there are as many, to the end of the pieces. Says how many bytes
  /// they have.
  std::size_t take(std::size_t count, std::vector<Piece>& to);
  /// Takes pieces back that have been handed on, for their memory.
  void take_back(std::vector<Piece>& pieces) noexcept;

 private:
  std::string empty_piece();
  Piece split_off(std::size_t count);

  std::deque<Piece> pieces_;
  std::size_t gone_ = 0;  ///< bytes of the first piece that have been taken
  std::vector<std::string> spare_;
};

}  // namespace kaudit::backends
