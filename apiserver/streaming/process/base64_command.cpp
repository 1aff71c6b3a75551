#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "apiserver/streaming/process/builtin_commands.hpp"
#include "base/text/base64.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

enum class Direction : std::uint8_t { Encode, Decode };

/// `base64`: of stdin, or of what it was given, in lines of so many digits; and back.
class Base64 final : public Process {
 public:
  Base64(Direction direction, std::size_t width, std::optional<std::string> content)
      : direction_(direction), width_(width), from_stdin_(!content) {
    if (!content) return;
    input_ = *std::move(content);
    ended_ = true;
  }

  bool reads() const override { return from_stdin_; }
  std::size_t take(std::string_view input) override {
    if (!from_stdin_ || ended_) return input.size();
    if (input_.size() >= kOutputPiece) return 0;
    const std::size_t size = std::min(input.size(), kOutputPiece - input_.size());
    input_ += input.substr(0, size);
    return size;
  }
  void end_input() override { ended_ = true; }

  State run(Clock::time_point /*now*/, Output& output) override {
    return direction_ == Direction::Encode ? encode(output) : decode(output);
  }

 private:
  State encode(Output& output) {
    constexpr std::size_t kGroup = 3;
    std::size_t size = std::min(input_.size() - at_, kOutputPiece);
    const bool last = ended_ && at_ + size == input_.size();
    if (!last) size -= size % kGroup;
    for (const char digit : base64_encode(std::string_view(input_).substr(at_, size))) {
      output.out += digit;
      if (width_ != 0 && ++column_ == width_) {
        output.out += '\n';
        column_ = 0;
      }
    }
    forget(size);
    if (!last) return ended_ ? State::Busy : State::Waits;
    if (column_ != 0) output.out += '\n';
    return exits(0);
  }

  State decode(Output& output) {
    constexpr std::size_t kGroup = 4;
    std::string digits = std::exchange(rest_, {});
    const std::size_t size = std::min(input_.size() - at_, kOutputPiece);
    for (const char c : std::string_view(input_).substr(at_, size)) {
      if (c != '\n') digits += c;
    }
    forget(size);
    const bool last = ended_ && input_.size() == at_;
    if (!last) {
      rest_ = digits.substr(digits.size() - digits.size() % kGroup);
      digits.resize(digits.size() - rest_.size());
    }
    const auto decoded = base64_decode(digits);
    if (!decoded) {
      output.err += "base64: invalid input\n";
      return exits(1);
    }
    output.out += *decoded;
    if (last) return exits(0);
    return ended_ ? State::Busy : State::Waits;
  }

  void forget(std::size_t size) {
    at_ += size;
    if (!from_stdin_) return;
    input_.erase(0, at_);
    at_ = 0;
  }

  const Direction direction_;
  const std::size_t width_;  ///< 0: one line
  const bool from_stdin_;
  std::string input_;
  std::size_t at_ = 0;  ///< how much of it is done
  std::string rest_;    ///< digits that wait for others
  std::size_t column_ = 0;
  bool ended_ = false;
};

}  // namespace

ProcessPtr base64_command(std::span<const std::string> arguments, const Surroundings& in) {
  constexpr std::size_t kUsual = 76;
  Direction direction = Direction::Encode;
  std::size_t width = kUsual;
  std::optional<std::string> content;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "-d" || argument == "-D" || argument == "--decode") {
      direction = Direction::Decode;
    } else if (argument == "-w" || argument.starts_with("-w") || argument.starts_with("--wrap=")) {
      const bool apart = argument == "-w";
      const std::string value = apart                ? (++i < arguments.size() ? arguments[i] : "")
                                : argument[1] == '-' ? argument.substr(7)
                                                     : argument.substr(2);
      const auto number = parse_int64(value);
      if (!number || *number < 0) return printed({}, "base64: invalid wrap size\n", 1);
      width = static_cast<std::size_t>(*number);
    } else if (argument != "-") {
      const auto file = in.files->find(absolute_path(in.folder, argument));
      if (!file || !file->content) {
        return printed({}, "base64: " + argument + ": No such file or directory\n", 1);
      }
      content = *file->content;
    }
  }
  return std::make_unique<Base64>(direction, width, std::move(content));
}

}  // namespace kaudit::apiserver::streaming::process
