#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::store {

/// The latest changes by version. It is kept in pieces that readers may share, so that a reader who
/// has to go through much of it does so without the lock of those who add to it.
///
/// add() needs the owner's lock exclusively; at() and changes_after() need it shared; a View needs
/// none.
class History {
 public:
  struct Limits {
    std::size_t changes;  ///< how many are kept
    /// Of the objects that they hold and of the texts that watchers had made of them; at least one
    /// change is kept. What is forgotten is freed, but for an eighth of this at most.
    std::size_t bytes;
  };

 private:
  static constexpr std::size_t kPieceSize = 256;
  using Piece = std::array<ChangePtr, kPieceSize>;

 public:
  /// The changes after a version, up to the latest at the time it was made. Any thread may read it.
  class View {
   public:
    bool empty() const noexcept { return first_ > last_; }
    template <typename Visit>
    void for_each(const Visit& visit) const {
      for (std::uint64_t version = first_; version <= last_; ++version) {
        visit((*pieces_[version / kPieceSize - first_ / kPieceSize])[version % kPieceSize]);
      }
    }

   private:
    friend class History;
    std::vector<std::shared_ptr<const Piece>> pieces_;
    std::uint64_t first_ = 1;
    std::uint64_t last_ = 0;
  };

  /// `before`: the version after which the first change comes.
  explicit History(Limits limits, std::uint64_t before = 0)
      : limits_{std::max<std::size_t>(limits.changes, 1), limits.bytes},
        forgotten_(before),
        latest_(before) {}

  /// Versions follow one another.
  void add(ChangePtr change);
  /// Where the changes of this history count the texts that are made of them.
  const TextBytes& text_bytes() const noexcept { return text_bytes_; }
  /// The latest version whose change is no longer kept.
  std::uint64_t forgotten() const noexcept { return forgotten_; }
  /// `version` must be kept.
  const ChangePtr& at(std::uint64_t version) const noexcept;
  /// The changes after `version`, which must not be before forgotten().
  View changes_after(std::uint64_t version) const;

 private:
  std::size_t kept_bytes() const noexcept;
  void forget_one();
  void free_forgotten();

  // Pieces hold the versions n * kPieceSize to (n + 1) * kPieceSize - 1. A reader may be in any of
  // them, so a piece does not change below latest_: a change that is forgotten stays in its piece
  // until the piece is dropped, or replaced because such changes have become too many bytes.
  const Limits limits_;
  const TextBytes text_bytes_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::deque<std::shared_ptr<Piece>> pieces_;
  std::uint64_t forgotten_;
  std::uint64_t latest_;
  std::size_t bytes_ = 0;            // of the objects of what is kept
  std::size_t forgotten_bytes_ = 0;  // of the objects of what is forgotten and still in its piece
  std::size_t forgotten_text_bytes_ = 0;  // of the texts of those
};

}  // namespace kaudit::apiserver::store
