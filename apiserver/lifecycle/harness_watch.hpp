#pragma once

#include <functional>
#include <string_view>
#include <sys/types.h>
#include <thread>

namespace kaudit::apiserver {

/// Notices that the program which started the server is gone, so that a test runner that was killed
/// leaves no server behind: its process has ended, or standard input, whose other end it holds,
/// has.
///
/// What arrives on standard input is thrown away. All members are for one thread.
class HarnessWatch {
 public:
  enum class Parent { Ignored, Watched };
  enum class StandardInput { Ignored, Watched };
  using Gone = std::function<void(std::string_view what)>;

  /// Looks from now on, on a thread of its own, and calls `gone` once, there. The parent is the
  /// process that is it now.
  HarnessWatch(Parent parent, StandardInput input, Gone gone);
  ~HarnessWatch();
  HarnessWatch(const HarnessWatch&) = delete;
  HarnessWatch& operator=(const HarnessWatch&) = delete;

 private:
  void watch();

  const Gone gone_;
  const bool watches_input_;
  const pid_t parent_;   ///< 0: not watched
  const int parent_fd_;  ///< becomes readable when the parent ends; -1 when there is none
  const int stop_fd_;
  std::thread thread_;
};

}  // namespace kaudit::apiserver
