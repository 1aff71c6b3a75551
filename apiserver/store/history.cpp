#include "apiserver/store/history.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::store {
namespace {

// An object is in two changes, as `object` of one and as `previous` of the next: the one that is
// forgotten last frees it, so only the new one counts, and what a deletion leaves behind.
std::size_t bytes_of(const Change& change) noexcept { return change.object->text().size(); }

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
         (kept_bytes() > limits_.bytes && latest_ - forgotten_ > 1)) {
    forget_one();
  }
  if (forgotten_bytes_ + forgotten_text_bytes_ > limits_.bytes / 8) free_forgotten();
}

std::size_t History::kept_bytes() const noexcept {
  const std::size_t texts = text_bytes_->load(std::memory_order_relaxed);
  return bytes_ + texts - std::min(texts, forgotten_text_bytes_);
}

void History::forget_one() {
  const Change& oldest = *at(forgotten_ + 1);
  bytes_ -= bytes_of(oldest);
  forgotten_bytes_ += bytes_of(oldest);
  forgotten_text_bytes_ += oldest.texts.bytes();
  ++forgotten_;
  if ((forgotten_ + 1) % kPieceSize == 0 && pieces_.size() > 1) {
    pieces_.pop_front();
    forgotten_bytes_ = 0;
    forgotten_text_bytes_ = 0;
  }
}

/// Puts a piece without the forgotten changes into the place of the first one. Readers that are in
/// the old piece keep it for as long as they need it.
void History::free_forgotten() {
  const std::uint64_t first = forgotten_ + 1;
  auto kept = std::make_shared<Piece>();
  std::copy(pieces_.front()->begin() + static_cast<std::ptrdiff_t>(first % kPieceSize),
            pieces_.front()->end(),
            kept->begin() + static_cast<std::ptrdiff_t>(first % kPieceSize));
  pieces_.front() = std::move(kept);
  forgotten_bytes_ = 0;
  forgotten_text_bytes_ = 0;
}

History::View History::changes_after(std::uint64_t version) const {
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
