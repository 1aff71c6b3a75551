#include "apiserver/streaming/process/command_pipe.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::streaming::process {
namespace {

class Pipeline final : public Process {
 public:
  Pipeline(std::vector<PipeStage> stages, ProcessPtr last) {
    for (PipeStage& stage : stages) parts_.push_back({std::move(stage), {}, false, false});
    parts_.push_back({{std::move(last)}, {}, false, false});
  }

  bool reads() const override { return !parts_.front().exited && process_of(0).reads(); }
  std::size_t take(std::string_view input) override {
    return parts_.front().exited ? input.size() : process_of(0).take(input);
  }
  void end_input() override {
    if (!parts_.front().exited) process_of(0).end_input();
  }
  void resize(TerminalSize size) override {
    for (Part& part : parts_) part.stage.process->resize(size);
  }
  Clock::time_point wakes_at() const override {
    auto first = Clock::time_point::max();
    for (const Part& part : parts_) {
      if (!part.exited) first = std::min(first, part.stage.process->wakes_at());
    }
    return first;
  }

  State run(Clock::time_point now, Output& output) override {
    progress_ = false;
    // The end of a pipe is run first, so that there is room in front of it.
    for (std::size_t i = parts_.size(); i-- > 0;) {
      feed(i);
      if (parts_[i].exited || parts_[i].waiting.size() >= kOutputPiece) continue;
      run_part(i, now, output);
    }
    // Where nothing moves, all wait for input or time.
    if (!parts_.back().exited) return progress_ ? State::Busy : State::Waits;
    Process& last = process_of(parts_.size() - 1);
    return last.failure().empty() ? exits(last.exit_code()) : fails(last.failure());
  }

 private:
  struct Part {
    PipeStage stage;
    std::string waiting;  ///< what it has written and the next one has not taken
    bool exited = false;
    bool ended = false;  ///< the next one knows that nothing more comes
  };

  Process& process_of(std::size_t i) const { return *parts_[i].stage.process; }

  // Hands on what the one before has written.
  void feed(std::size_t i) {
    if (i == 0) return;
    Part& before = parts_[i - 1];
    if (parts_[i].exited) {
      before.waiting.clear();  // nobody reads it any more
      return;
    }
    const std::size_t taken = before.waiting.empty() ? 0 : process_of(i).take(before.waiting);
    before.waiting.erase(0, taken);
    if (taken > 0) progress_ = true;
    if (before.exited && before.waiting.empty() && !std::exchange(before.ended, true)) {
      process_of(i).end_input();
      progress_ = true;
    }
  }

  void run_part(std::size_t i, Clock::time_point now, Output& output) {
    Part& part = parts_[i];
    Output own;
    const State state = process_of(i).run(now, own);
    const bool last = i + 1 == parts_.size();
    (last ? output.out : part.waiting) += own.out;
    switch (part.stage.errors) {
      case PipeStage::Errors::Shown:
        output.err += own.err;
        break;
      case PipeStage::Errors::Piped:
        part.waiting += own.err;
        break;
      case PipeStage::Errors::Dropped:
        break;
    }
    if (state != State::Waits || !own.out.empty() || !own.err.empty()) progress_ = true;
    if (state != State::Exited) return;
    part.exited = true;
    if (!last && !process_of(i).failure().empty()) output.err += process_of(i).failure() + "\n";
  }

  std::vector<Part> parts_;
  bool progress_ = false;  ///< in this run
};

}  // namespace

ProcessPtr pipeline(std::vector<PipeStage> stages, ProcessPtr last) {
  if (stages.empty()) return last;
  return std::make_unique<Pipeline>(std::move(stages), std::move(last));
}

}  // namespace kaudit::apiserver::streaming::process
