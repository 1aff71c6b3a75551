#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "apiserver/store/object_list.hpp"

namespace kaudit::apiserver::store {

/// Has memory fetched that a walk over a list will come to: in a large store its objects lie
/// anywhere, and who writes them one by one would wait for each of them twice, for the object and
/// for its text. The runs must outlive it, but those may be given up that the walk is done with.
class FetchAhead {
 public:
  explicit FetchAhead(std::span<const ObjectRun> runs) noexcept
      : object_(runs.data()), text_(runs.data()), end_(runs.data() + runs.size()) {
    for (std::size_t i = 0; i < kObjects; ++i) fetch_object();
    for (std::size_t i = 0; i < kTexts; ++i) fetch_text();
  }

  /// For each object that the walk comes to.
  void step() noexcept {
    fetch_object();
    fetch_text();
  }

 private:
  // How far ahead: a text can only be asked for once its object is there.
  static constexpr std::size_t kTexts = 8;
  static constexpr std::size_t kObjects = 2 * kTexts;
  static constexpr std::size_t kLine = 64;
  // Of a text: by then the processor has noticed by itself that it is read from front to back.
  static constexpr std::size_t kStart = 4 * kLine;

  void fetch_object() noexcept {
    if (object_ == end_) return;
    const auto* const bytes = reinterpret_cast<const char*>(object_->get());
    __builtin_prefetch(bytes);
    __builtin_prefetch(bytes + kLine);
    ++object_;
  }
  void fetch_text() noexcept {
    if (text_ == end_) return;
    const std::string_view text = (*text_)->text().substr(0, kStart);
    for (std::size_t i = 0; i < text.size(); i += kLine) __builtin_prefetch(text.data() + i);
    ++text_;
  }

  ObjectList::Iterator object_;
  ObjectList::Iterator text_;
  ObjectList::Iterator end_;
};

}  // namespace kaudit::apiserver::store
