#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"

namespace kaudit::backends {

/// Owns a file descriptor. Closing reports no errors: what must be on disk is synced before.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  explicit operator bool() const noexcept { return number_ >= 0; }
  int get() const noexcept { return number_; }
  /// Gives it up without closing it.
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

/// Gives a file the mode and, where that is allowed, the owner of another one.
void keep_access(int file, int other) noexcept;

/// Waits until the names in a folder are on the disk.
Result<void> sync_folder(const std::string& folder);

}  // namespace kaudit::backends
