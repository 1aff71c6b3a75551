#include "base/files/byte_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kaudit {
namespace {

constexpr std::size_t kFirstCapacity = 256U << 10U;
/// Where less is free, the rest is moved to the front before something is read.
constexpr std::size_t kLeastRoom = 64U << 10U;

}  // namespace

ByteWindow::ByteWindow(std::unique_ptr<ByteSource> source, std::size_t limit)
    : source_(std::move(source)),
      limit_(std::max(limit, kLeastRoom)),
      capacity_(std::min(kFirstCapacity, limit_ + kLeastRoom)),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

MoreBytes ByteWindow::more() {
  if (ended_) return MoreBytes::End;
  if (end_ - begin_ >= limit_) return MoreBytes::Full;
  make_room();
  const auto got = source_->read(buffer_.get() + end_, capacity_ - end_);
  if (!got) failure_ = got.error().message;
  if (!got || *got == 0) {
    ended_ = true;
    return MoreBytes::End;
  }
  end_ += *got;
  return MoreBytes::Got;
}

void ByteWindow::make_room() {
  if (capacity_ - end_ >= kLeastRoom) return;
  const std::size_t size = end_ - begin_;
  if (capacity_ - size < std::max(kLeastRoom, capacity_ / 4)) {
    capacity_ = std::min(2 * capacity_, limit_ + kLeastRoom);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    std::memcpy(larger.get(), buffer_.get() + begin_, size);
    buffer_ = std::move(larger);
  } else {
    std::memmove(buffer_.get(), buffer_.get() + begin_, size);
  }
  begin_ = 0;
  end_ = size;
}

}  // namespace kaudit
