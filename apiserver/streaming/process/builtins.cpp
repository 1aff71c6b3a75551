#include "apiserver/streaming/process/builtins.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "apiserver/streaming/process/builtin_commands.hpp"
#include "base/text/ascii.hpp"
#include "base/text/duration.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

/// Copies stdin to stdout.
class Cat final : public Process {
 public:
  explicit Cat(std::string first = {}) : buffer_(std::move(first)) {}

  bool reads() const override { return true; }
  std::size_t take(std::string_view input) override {
    if (buffer_.size() >= kOutputPiece) return 0;
    const std::size_t size = std::min(input.size(), kOutputPiece - buffer_.size());
    buffer_ += input.substr(0, size);
    return size;
  }
  void end_input() override { ended_ = true; }
  State run(Clock::time_point /*now*/, Output& output) override {
    output.out += std::exchange(buffer_, {});
    return ended_ ? exits(0) : State::Waits;
  }

 private:
  std::string buffer_;
  bool ended_ = false;
};

/// Exits when a time is over.
class Sleep final : public Process {
 public:
  explicit Sleep(std::chrono::nanoseconds duration) : duration_(duration) {}

  State run(Clock::time_point now, Output& /*output*/) override {
    if (until_ == Clock::time_point::max()) until_ = now + duration_;
    return now >= until_ ? exits(0) : State::Waits;
  }
  Clock::time_point wakes_at() const override { return until_; }

 private:
  const std::chrono::nanoseconds duration_;
  Clock::time_point until_ = Clock::time_point::max();
};

/// Writes a line again and again, as fast as it is read, but not for ever: where nobody reads it
/// would keep a thread busy.
class Yes final : public Process {
 public:
  explicit Yes(std::string line) : line_(std::move(line)) {}

  State run(Clock::time_point /*now*/, Output& output) override {
    const std::size_t before = output.out.size();
    do {
      output.out += line_;
    } while (output.out.size() < before + kOutputPiece);
    written_ += output.out.size() - before;
    return written_ < kMaxWritten ? State::Busy : exits(0);
  }

 private:
  static constexpr std::size_t kMaxWritten = std::size_t{64} << 20U;
  const std::string line_;
  std::size_t written_ = 0;
};

/// Writes the terminal's size as it changes: so many times, or until stdin ends.
class Resizes final : public Process {
 public:
  explicit Resizes(std::int64_t count) : left_(count) {}

  bool reads() const override { return true; }
  void end_input() override { ended_ = true; }
  void resize(TerminalSize size) override {
    if (left_ <= 0) return;
    --left_;
    lines_ += std::to_string(size.width) + "x" + std::to_string(size.height) + "\n";
  }
  State run(Clock::time_point /*now*/, Output& output) override {
    output.out += std::exchange(lines_, {});
    return ended_ || left_ <= 0 ? exits(0) : State::Waits;
  }

 private:
  std::int64_t left_;
  std::string lines_;
  bool ended_ = false;
};

/// `stty size`: rows and columns, once the client has told them.
class TerminalSizeOnce final : public Process {
 public:
  void resize(TerminalSize size) override { size_ = size; }
  void end_input() override { ended_ = true; }
  State run(Clock::time_point /*now*/, Output& output) override {
    if (!size_ && !ended_) return State::Waits;
    const TerminalSize size = size_.value_or(TerminalSize());
    output.out += std::to_string(size.height) + " " + std::to_string(size.width) + "\n";
    return exits(0);
  }

 private:
  std::optional<TerminalSize> size_;
  bool ended_ = false;
};

class Scripted final : public Process {
 public:
  explicit Scripted(const ScriptedCommand& command)
      : command_(command), ended_(command.input == ScriptedCommand::Stdin::Ignored) {}

  bool reads() const override { return command_.input == ScriptedCommand::Stdin::ReadToTheEnd; }
  void end_input() override { ended_ = true; }
  State run(Clock::time_point now, Output& output) override {
    if (!ended_) return State::Waits;
    if (until_ == Clock::time_point::max()) until_ = now + command_.delay;
    if (now < until_) return State::Waits;
    if (!command_.error.empty()) return fails(command_.error);
    output.out += std::exchange(command_.out, {});
    output.err += std::exchange(command_.err, {});
    return exits(command_.exit_code);
  }
  Clock::time_point wakes_at() const override { return until_; }

 private:
  ScriptedCommand command_;
  bool ended_;
  Clock::time_point until_ = Clock::time_point::max();
};

using Arguments = std::span<const std::string>;

ProcessPtr start_sleep(Arguments arguments, const Surroundings& /*in*/) {
  constexpr std::chrono::hours kLongest{24};
  if (arguments.size() == 1) {
    std::string text = arguments[0];
    if (!text.empty() && (is_digit(text.back()) || text.back() == '.')) text += 's';
    const auto duration = parse_duration(text);
    if (duration && duration->count() >= 0) {
      return std::make_unique<Sleep>(std::min<std::chrono::nanoseconds>(*duration, kLongest));
    }
  }
  return printed({}, "sleep: invalid time interval\nUsage: sleep NUMBER[s|m|h]\n", 1);
}

ProcessPtr start_cat(Arguments arguments, const Surroundings& in) {
  if (arguments.empty() || (arguments.size() == 1 && arguments[0] == "-")) {
    return std::make_unique<Cat>();
  }
  return print_files(arguments, in);
}

ProcessPtr start_yes(Arguments arguments, const Surroundings& /*in*/) {
  return std::make_unique<Yes>((arguments.empty() ? "y" : joined(arguments, " ")) + "\n");
}

ProcessPtr start_resizes(Arguments arguments, const Surroundings& /*in*/) {
  constexpr std::int64_t kAny = 1'000'000;
  const auto count = arguments.empty() ? kAny : parse_int64(arguments[0]).value_or(0);
  return std::make_unique<Resizes>(count);
}

ProcessPtr start_stty(Arguments arguments, const Surroundings& in) {
  if (in.terminal == Surroundings::Terminal::None) {
    return printed({}, "stty: standard input: Inappropriate ioctl for device\n", 1);
  }
  if (arguments.size() != 1 || arguments[0] != "size") return printed({}, {}, 0);
  return std::make_unique<TerminalSizeOnce>();
}

ProcessPtr start_echo(Arguments arguments, const Surroundings& /*in*/) {
  const bool bare = !arguments.empty() && arguments[0] == "-n";
  return printed(joined(bare ? arguments.subspan(1) : arguments, " ") + (bare ? "" : "\n"), {}, 0);
}

ProcessPtr start_env(Arguments arguments, const Surroundings& in) {
  std::string text;
  for (const auto& [name, value] : in.environment) {
    if (arguments.empty()) {
      text += name + "=" + value + "\n";
    } else if (name == arguments[0]) {
      text = value + "\n";
    }
  }
  const bool missing = !arguments.empty() && text.empty();
  return printed(std::move(text), {}, missing ? 1 : 0);
}

ProcessPtr start_true(Arguments /*arguments*/, const Surroundings& /*in*/) {
  return printed({}, {}, 0);
}
ProcessPtr start_false(Arguments /*arguments*/, const Surroundings& /*in*/) {
  return printed({}, {}, 1);
}
ProcessPtr start_hostname(Arguments /*arguments*/, const Surroundings& in) {
  return printed(in.hostname + "\n", {}, 0);
}
ProcessPtr start_whoami(Arguments /*arguments*/, const Surroundings& /*in*/) {
  return printed("root\n", {}, 0);
}
ProcessPtr start_pwd(Arguments /*arguments*/, const Surroundings& in) {
  return printed(in.folder + "\n", {}, 0);
}
/// `exit 3` is a shell's own command, but what people try first.
ProcessPtr start_exit(Arguments arguments, const Surroundings& /*in*/) {
  const std::int64_t code = arguments.empty() ? 0 : parse_int64(arguments[0]).value_or(2);
  return printed({}, {}, static_cast<int>(code & 0xff));
}

struct Builtin {
  std::string_view name;
  ProcessPtr (*start)(Arguments arguments, const Surroundings& in);
};

constexpr std::array<Builtin, 26> kBuiltins{{
    {"[", test_command},   {"ash", start_shell},       {"bash", start_shell},
    {"cat", start_cat},    {"echo", start_echo},       {"env", start_env},
    {"exit", start_exit},  {"false", start_false},     {"hostname", start_hostname},
    {"ls", list_command},  {"mkdir", mkdir_command},   {"printenv", start_env},
    {"pwd", start_pwd},    {"resizes", start_resizes}, {"rm", rm_command},
    {"sh", start_shell},   {"sleep", start_sleep},     {"stty", start_stty},
    {"tar", tar_command},  {"test", test_command},     {"touch", touch_command},
    {"true", start_true},  {"whoami", start_whoami},   {"yes", start_yes},
    {"dash", start_shell}, {"base64", base64_command},
}};

}  // namespace

std::string_view Surroundings::variable(std::string_view name) const noexcept {
  for (const auto& [key, value] : environment) {
    if (key == name) return value;
  }
  return {};
}

ProcessPtr start_known(const std::vector<std::string>& argv, const Surroundings& in) {
  if (argv.empty()) return nullptr;
  if (in.script) {
    if (const ScriptedCommand* command = in.script->find(in.container, argv)) {
      return scripted(*command);
    }
  }
  // /bin/sh and sh are the same.
  const std::string_view name = base_name(argv[0]);
  for (const Builtin& builtin : kBuiltins) {
    if (builtin.name == name) return builtin.start(Arguments(argv).subspan(1), in);
  }
  return nullptr;
}

ProcessPtr start(std::vector<std::string> argv, const Surroundings& in) {
  if (ProcessPtr process = start_known(argv, in)) return process;
  const std::string name = argv.empty() ? std::string() : argv[0];
  return printed(
      {},
      "OCI runtime exec failed: exec failed: unable to start container process: exec: \"" + name +
          "\": executable file not found in $PATH\n",
      kCommandNotFound);
}

ProcessPtr scripted(const ScriptedCommand& command) { return std::make_unique<Scripted>(command); }

ProcessPtr main_process(std::string text, Input input) {
  if (input == Input::None) return printed(std::move(text), {}, 0);
  return std::make_unique<Cat>(std::move(text));
}

}  // namespace kaudit::apiserver::streaming::process
