#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kaudit::audit::reader {

/// Joins lines that a container runtime cut into pieces, a stream (stdout, stderr) at a time. What
/// it holds is bounded. Not thread-safe.
class PieceJoiner {
 public:
  struct Joined {
    std::string text;
    std::uint64_t line = 0;  ///< of the first piece
    std::uint64_t offset = 0;
    bool too_long = false;  ///< the text is no more than its beginning
  };

  explicit PieceJoiner(std::size_t longest) : longest_(longest) {}

  bool has_begun(std::string_view stream) const { return begun_.find(stream) != begun_.end(); }
  bool empty() const noexcept { return begun_.empty(); }

  /// A piece that others follow. False: there are too many streams, it was dropped.
  bool add(std::string_view stream, std::string_view piece, std::uint64_t line,
           std::uint64_t offset);
  /// The last piece of one that has begun.
  Joined finish(std::string_view stream, std::string_view piece);
  /// What never ended, one after the other.
  std::optional<Joined> take_unfinished();

 private:
  static constexpr std::size_t kMostStreams = 16;

  std::size_t longest_;
  std::map<std::string, Joined, std::less<>> begun_;
};

}  // namespace kaudit::audit::reader
