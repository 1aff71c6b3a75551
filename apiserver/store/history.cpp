#include "apiserver/store/history.hpp"

#include <utility>

namespace kaudit::apiserver::store {
namespace {

// Twice the object: watchers leave its text with the change.
std::size_t bytes_of(const Change& change) noexcept {
  return 2 * change.object->text().size() + (change.previous ? change.previous->text().size() : 0);
}

}  // namespace

const ChangePtr& History::at(std::uint64_t version) const noexcept {
  const std::uint64_t first_piece = (forgotten_ + 1) / kPieceSize;
  return (*pieces_[version / kPieceSize - first_piece])[version % kPieceSize];
}

void History::add(ChangePtr change) {
  const std::uint64_t version = change->version();
  if (pieces_.empty() || version % kPieceSize == 0) pieces_.push_back(std::make_shared<Piece>());
  bytes_ += bytes_of(*change);
  (*pieces_.back())[version % kPieceSize] = std::move(change);
  latest_ = version;
  while (latest_ - forgotten_ > limits_.changes ||
         (bytes_ > limits_.bytes && latest_ - forgotten_ > 1)) {
    bytes_ -= bytes_of(*at(forgotten_ + 1));
    ++forgotten_;
    if ((forgotten_ + 1) % kPieceSize == 0 && pieces_.size() > 1) pieces_.pop_front();
  }
}

History::View History::behind(std::uint64_t version) const {
  View view;
  view.first_ = version + 1;
  view.last_ = latest_;
  if (view.empty()) return view;
  const std::uint64_t first_piece = (forgotten_ + 1) / kPieceSize;
  view.pieces_.assign(
      pieces_.begin() + static_cast<std::ptrdiff_t>(view.first_ / kPieceSize - first_piece),
      pieces_.end());
  return view;
}

}  // namespace kaudit::apiserver::store
