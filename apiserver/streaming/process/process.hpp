#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// What runs inside of Pods: small made-up processes, so that exec, attach and cp have somebody to
/// talk to. Nothing here starts a program of the machine, reads its files or knows its environment.
namespace kaudit::apiserver::streaming::process {

/// The exit code of a shell for a command that does not exist.
inline constexpr int kCommandNotFound = 127;

using Clock = std::chrono::steady_clock;

struct TerminalSize {
  std::uint16_t width = 0;   ///< columns
  std::uint16_t height = 0;  ///< rows
};

/// What a process has written and nobody has taken yet.
struct Output {
  std::string out;
  std::string err;
};

/// About so much a process writes in one go: then it waits to be run again.
constexpr std::size_t kOutputPiece = std::size_t{32} * 1024;

/// One process. It never blocks: it is given input as it comes, and run() goes on as far as it can.
/// Lives on one thread.
class Process {
 public:
  enum class State : std::uint8_t {
    Waits,   ///< for input, its end, a resize, or wakes_at()
    Busy,    ///< has more to do at once
    Exited,  ///< exit_code() is known; no further call but that
  };

  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process() = default;

  /// Whether it reads stdin at all.
  virtual bool reads() const { return false; }
  /// Bytes of stdin. How many it takes now; the rest is to come again after run(). One that does
  /// not read takes them all, for nothing.
  virtual std::size_t take(std::string_view input) { return input.size(); }
  virtual void end_input() {}
  virtual void resize(TerminalSize /*size*/) {}
  virtual State run(Clock::time_point now, Output& output) = 0;
  virtual Clock::time_point wakes_at() const { return Clock::time_point::max(); }

  int exit_code() const noexcept { return exit_code_; }
  /// Why the runtime could not run it at all; "" when it ran.
  const std::string& failure() const noexcept { return failure_; }

 protected:
  State exits(int code) noexcept {
    exit_code_ = code;
    return State::Exited;
  }
  State fails(std::string why) {
    failure_ = std::move(why);
    return State::Exited;
  }

 private:
  int exit_code_ = 0;
  std::string failure_;
};

using ProcessPtr = std::unique_ptr<Process>;

}  // namespace kaudit::apiserver::streaming::process
