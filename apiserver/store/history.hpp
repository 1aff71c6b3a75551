#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::store {

/// The latest changes by version. It is kept in pieces that readers may share, so that whoever has
/// to go through much of it does so without the lock of whoever adds to it.
class History {
 public:
  struct Limits {
    std::size_t changes;  ///< how many are kept
    std::size_t bytes;    ///< of the objects that they hold; at least one change is kept
  };

 private:
  static constexpr std::size_t kPieceSize = 256;
  using Piece = std::array<ChangePtr, kPieceSize>;

 public:
  /// The changes behind a version, up to the latest at the time it was made. Any thread may read
  /// it.
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

  explicit History(Limits limits)
      : limits_{std::max<std::size_t>(limits.changes, 1), limits.bytes} {}

  /// Versions follow one another.
  void add(ChangePtr change);
  /// The latest version whose change is not kept any more.
  std::uint64_t forgotten() const noexcept { return forgotten_; }
  /// `version` must be kept.
  const ChangePtr& at(std::uint64_t version) const noexcept;
  /// The changes behind `version`, which must not be before forgotten().
  View behind(std::uint64_t version) const;

 private:
  // Pieces hold the versions n * kPieceSize to (n + 1) * kPieceSize - 1. A change that is forgotten
  // stays in its piece until that is dropped: a reader may be there.
  const Limits limits_;
  std::deque<std::shared_ptr<Piece>> pieces_;
  std::uint64_t forgotten_ = 0;
  std::uint64_t latest_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace kaudit::apiserver::store
