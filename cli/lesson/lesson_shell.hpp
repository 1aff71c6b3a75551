#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "base/result.hpp"

namespace kaudit::cli {

/// A bash that runs one piece of a lesson after the other in one folder, with what they leave: a
/// server in the background, variables, functions. It ends, and what it has started with it, when
/// this does. For one thread.
class LessonShell {
 public:
  /// In that folder, with these flags for the lesson's servers.
  static Result<LessonShell> start(const std::string& folder, const std::string& server_flags);
  LessonShell(LessonShell&& other) noexcept;
  LessonShell& operator=(LessonShell&&) = delete;
  ~LessonShell();

  /// Runs it, and gives what it printed on standard output. Error: the shell has ended, or it takes
  /// longer than a minute.
  Result<std::string> run(const std::string& script);

 private:
  LessonShell(pid_t child, int input, int output) : child_(child), input_(input), output_(output) {}

  pid_t child_ = -1;
  int input_ = -1;   ///< of the shell, ours to write
  int output_ = -1;  ///< ours to read
  unsigned pieces_ = 0;
};

}  // namespace kaudit::cli
