#include "audit/reader/piece_joiner.hpp"

#include <utility>

namespace kaudit::audit::reader {

bool PieceJoiner::add(std::string_view stream, std::string_view piece, std::uint64_t line,
                      std::uint64_t offset) {
  auto found = begun_.find(stream);
  if (found == begun_.end()) {
    if (begun_.size() == kMostStreams) return false;
    found = begun_.emplace(std::string(stream), Joined{"", line, offset}).first;
  }
  Joined& joined = found->second;
  joined.too_long = joined.too_long || joined.text.size() + piece.size() > longest_;
  if (!joined.too_long) joined.text += piece;
  return true;
}

PieceJoiner::Joined PieceJoiner::finish(std::string_view stream, std::string_view piece) {
  const auto found = begun_.find(stream);
  add(stream, piece, 0, 0);
  Joined joined = std::move(found->second);
  begun_.erase(found);
  return joined;
}

std::optional<PieceJoiner::Joined> PieceJoiner::take_unfinished() {
  if (begun_.empty()) return std::nullopt;
  Joined joined = std::move(begun_.begin()->second);
  begun_.erase(begun_.begin());
  return joined;
}

}  // namespace kaudit::audit::reader
