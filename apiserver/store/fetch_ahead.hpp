#pragma once

#include <cstddef>
#include <span>

#include "apiserver/store/object_list.hpp"

namespace kaudit::apiserver::store {

/// Has memory fetched that a walk over a list will come to: in a large store its objects lie
/// anywhere, and who writes them one by one would wait for each. The runs must outlive it, but
/// those may be given up that the walk is done with.
class FetchAhead {
 public:
  explicit FetchAhead(std::span<const ObjectRun> runs) noexcept
      : next_(runs.data()), end_(runs.data() + runs.size()) {
    for (std::size_t i = 0; i < kObjects; ++i) step();
  }

  /// For each object that the walk comes to.
  void step() noexcept {
    if (next_ == end_) return;
    const auto* const bytes = reinterpret_cast<const char*>(next_->get());
    for (std::size_t i = 0; i < kStart; i += kLine) __builtin_prefetch(bytes + i);
    ++next_;
  }

 private:
  static constexpr std::size_t kObjects = 8;
  static constexpr std::size_t kLine = 64;
  // The object and what its text begins with: by then the processor has noticed by itself that the
  // text is read from front to back.
  static constexpr std::size_t kStart = sizeof(objects::Object) + 4 * kLine;

  ObjectList::Iterator next_;
  ObjectList::Iterator end_;
};

}  // namespace kaudit::apiserver::store
