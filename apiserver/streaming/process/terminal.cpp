#include "apiserver/streaming/process/terminal.hpp"

#include <algorithm>
#include <string>

namespace kaudit::apiserver::streaming::process {
namespace {

constexpr char kInterrupt = '\x03';
constexpr char kEndOfInput = '\x04';
constexpr char kBackspace = '\b';
constexpr char kDelete = '\x7f';
constexpr std::size_t kMaxLine = 4096;  // as on Linux
constexpr std::size_t kMaxReady = std::size_t{32} * 1024;
constexpr int kInterrupted = 130;

class Terminal final : public Process {
 public:
  explicit Terminal(ProcessPtr process) : process_(std::move(process)) {}

  bool reads() const override { return true; }
  std::size_t take(std::string_view input) override {
    std::size_t taken = 0;
    while (taken < input.size() && ready_.size() < kMaxReady && echo_.size() < kMaxReady) {
      type(input[taken++]);
    }
    return taken;
  }
  void end_input() override { ended_ = true; }
  void resize(TerminalSize size) override { process_->resize(size); }
  Clock::time_point wakes_at() const override { return process_->wakes_at(); }

  State run(Clock::time_point now, Output& output) override {
    append(output.out, std::exchange(echo_, {}));
    if (interrupted_) return exits(kInterrupted);
    ready_.erase(0, process_->take(ready_));
    if (ended_ && ready_.empty()) process_->end_input();
    Output own;
    const State state = process_->run(now, own);
    append(output.out, own.out);
    append(output.out, own.err);
    if (state != State::Exited) return state;
    return process_->failure().empty() ? exits(process_->exit_code()) : fails(process_->failure());
  }

 private:
  void type(char c) {
    if (c == '\r') c = '\n';
    switch (c) {
      case kInterrupt:
        interrupted_ = true;
        echo_ += "^C\n";
        return;
      case kEndOfInput:
        if (line_.empty()) ended_ = true;
        ready_ += std::exchange(line_, {});
        return;
      case kBackspace:
      case kDelete:
        if (line_.empty()) return;
        line_.pop_back();
        echo_ += "\b \b";
        return;
      case '\n':
        ready_ += std::exchange(line_, {}) + '\n';
        echo_ += '\n';
        return;
      default:
        if (line_.size() >= kMaxLine) return;
        line_ += c;
        echo_ += c;
    }
  }

  static void append(std::string& out, std::string_view text) {
    for (const char c : text) {
      if (c == '\n') out += '\r';
      out += c;
    }
  }

  const ProcessPtr process_;
  std::string line_;
  std::string ready_;
  std::string echo_;
  bool ended_ = false;
  bool interrupted_ = false;
};

}  // namespace

ProcessPtr behind_terminal(ProcessPtr process) {
  return std::make_unique<Terminal>(std::move(process));
}

}  // namespace kaudit::apiserver::streaming::process
