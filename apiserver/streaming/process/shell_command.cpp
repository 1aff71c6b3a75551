#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "apiserver/streaming/process/builtin_commands.hpp"
#include "apiserver/streaming/process/command_pipe.hpp"
#include "apiserver/streaming/process/shell.hpp"
#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

constexpr std::size_t kMaxInput = std::size_t{64} * 1024;
constexpr std::size_t kMaxVariables = 256;
constexpr int kMaxShells = 8;
constexpr std::size_t kMaxPipes = 16;
constexpr int kSyntaxError = 2;

/// A small shell: of a script that it was given, or of what comes on stdin, line by line.
class Shell final : public Process {
 public:
  enum class Source : std::uint8_t { Script, Stdin };

  Shell(std::string script, Source source, const Surroundings& in)
      : surroundings_(in), source_(source), script_(std::move(script)) {
    ++surroundings_.shells;
  }
  ~Shell() override { surroundings_.files->budget().give_back(charged_); }

  bool reads() const override { return true; }
  std::size_t take(std::string_view input) override {
    const std::size_t size = std::min(input.size(), kMaxInput - std::min(kMaxInput, input_.size()));
    input_ += input.substr(0, size);
    return size;
  }
  void end_input() override { ended_ = true; }
  void resize(TerminalSize size) override {
    size_ = size;
    if (child_) child_->resize(size);
  }
  Clock::time_point wakes_at() const override {
    return child_ ? child_->wakes_at() : Clock::time_point::max();
  }

  State run(Clock::time_point now, Output& output) override {
    for (;;) {
      if (child_) {
        const State state = run_child(now, output);
        if (state != State::Exited) return state;
        continue;
      }
      if (exiting_) return exits(code_);
      if (script_at_ == script_.size() && !next_line(output)) {
        if (source_ == Source::Stdin && !ended_) return State::Waits;
        return exits(code_);
      }
      next_step(output);
    }
  }

 private:
  State run_child(Clock::time_point now, Output& output) {
    if (child_->reads()) {
      input_.erase(0, child_->take(input_));
      if (ended_ && input_.empty()) child_->end_input();
    }
    Output own;
    const State state = child_->run(now, own);
    const Process* const before = child_.get();
    deliver(own.out, step_.out, output);
    deliver(own.err, step_.err, output);
    if (child_.get() != before) return State::Busy;  // it could not write
    if (state != State::Exited) return state;
    if (!child_->failure().empty()) output.err += child_->failure() + "\n";
    code_ = child_->failure().empty() ? child_->exit_code() : kCommandNotFound;
    child_.reset();
    write_redirected(output);
    return state;
  }

  void deliver(const std::string& text, const ShellStep::Target& target, Output& output) {
    switch (target.kind) {
      case ShellStep::Target::Kind::Out:
        output.out += text;
        return;
      case ShellStep::Target::Kind::Err:
        output.err += text;
        return;
      case ShellStep::Target::Kind::Nowhere:
        return;
      case ShellStep::Target::Kind::File:
        break;
    }
    if (text.empty()) return;
    // Written when the command has ended: a file that grows piece by piece would be copied each
    // time. Until then it counts as if it were there.
    std::string& file = redirected_[absolute_path(surroundings_.folder, target.path)];
    const bool fits = file.size() + text.size() <= FileTree::kMaxBytes;
    if (fits && surroundings_.files->budget().take(text.size())) {
      charged_ += text.size();
      file += text;
      return;
    }
    output.err += "sh: write error: No space left on device\n";
    redirected_.clear();
    child_ = printed({}, {}, 1);  // instead of one that would write on and on
  }

  void write_redirected(Output& output) {
    surroundings_.files->budget().give_back(std::exchange(charged_, 0));
    for (const auto& [path, text] : std::exchange(redirected_, {})) {
      if (auto put = surroundings_.files->append(path, text, Timestamp::now().seconds); !put) {
        output.err += "sh: write error: " + put.error().message + "\n";
        code_ = 1;
      }
    }
  }

  /// From stdin the next line becomes the script. False: there is none yet.
  bool next_line(Output& output) {
    if (source_ == Source::Script) return false;
    std::size_t end = input_.find('\n');
    if (end == std::string::npos && (ended_ || input_.size() >= kMaxInput)) end = input_.size();
    if (end == std::string::npos || (end == 0 && input_.empty())) {
      if (surroundings_.terminal == Surroundings::Terminal::Attached && !prompted_ && !ended_) {
        output.out += "# ";
        prompted_ = true;
      }
      return false;
    }
    prompted_ = false;
    script_ = input_.substr(0, end);
    script_at_ = 0;
    input_.erase(0, std::min(input_.size(), end + 1));
    return true;
  }

  void next_step(Output& output) {
    std::string_view rest = std::string_view(script_).substr(script_at_);
    piped_.clear();
    auto step = take_commands(rest);
    script_at_ = script_.size() - rest.size();
    if (!step) {
      output.err += "sh: " + step.error().message + "\n";
      code_ = kSyntaxError;
      script_at_ = script_.size();
      return;
    }
    if (!*step) return;
    const ShellStep::Then before = std::exchange(then_, (*step)->then);
    if ((before == ShellStep::Then::IfSuccess && code_ != 0) ||
        (before == ShellStep::Then::IfFailure && code_ == 0)) {
      return;
    }
    step_ = **std::move(step);
    execute(output);
  }

  /// The next command; those whose output it gets are put into `piped_`.
  Result<std::optional<ShellStep>> take_commands(std::string_view& rest) {
    for (;;) {
      auto step = take_step(rest, [this](std::string_view name) {
        return name == "?" ? std::to_string(code_) : std::string(surroundings_.variable(name));
      });
      if (!step) return step;
      if (!*step) {
        if (piped_.empty()) return step;
        return fail("syntax error: a command is missing");
      }
      if ((*step)->then != ShellStep::Then::Piped) return step;
      if ((*step)->out.kind != ShellStep::Target::Kind::Out || (*step)->words.empty()) {
        return fail("syntax error: this shell does not know how to pipe that");
      }
      if (piped_.size() == kMaxPipes) return fail("too many commands in a pipe");
      piped_.push_back(**std::move(step));
    }
  }

  ProcessPtr started(const std::vector<std::string>& words) {
    ProcessPtr process = start_known(words, surroundings_);
    if (process && size_) process->resize(*size_);
    if (process) return process;
    return printed({}, "sh: " + words[0] + ": not found\n", kCommandNotFound);
  }

  /// Behind those of `piped_`.
  ProcessPtr behind_pipe(ProcessPtr last) {
    using Kind = ShellStep::Target::Kind;
    std::vector<PipeStage> stages;
    for (const ShellStep& step : std::exchange(piped_, {})) {
      const PipeStage::Errors errors = step.err.kind == Kind::Err   ? PipeStage::Errors::Shown
                                       : step.err.kind == Kind::Out ? PipeStage::Errors::Piped
                                                                    : PipeStage::Errors::Dropped;
      stages.push_back({started(step.words), errors});
    }
    return pipeline(std::move(stages), std::move(last));
  }

  void execute(Output& output) {
    for (const ShellStep::Target* target : {&step_.out, &step_.err}) {
      if (target->kind != ShellStep::Target::Kind::File) continue;
      if (!open(*target, output)) return;
    }
    take_assignments();
    std::vector<std::string>& words = step_.words;
    if (!words.empty() && words[0] == "exec") words.erase(words.begin());
    if (words.empty()) {
      code_ = 0;
    } else if (!piped_.empty()) {
      child_ = behind_pipe(started(words));
    } else if (!own_command(output)) {
      child_ = started(words);
    }
  }

  bool open(const ShellStep::Target& target, Output& output) {
    const std::string path = absolute_path(surroundings_.folder, target.path);
    const std::int64_t now = Timestamp::now().seconds;
    FileTree& files = *surroundings_.files;
    const FileTree::Entry empty{FileTree::Entry::Type::File, 0644, now,
                                std::make_shared<const std::string>()};
    const auto opened = step_.appends ? files.append(path, {}, now) : files.put(path, empty);
    if (opened) return true;
    output.err += "sh: can't create " + target.path + ": " + opened.error().message + "\n";
    code_ = 1;
    return false;
  }

  void take_assignments() {
    std::vector<std::string>& words = step_.words;
    if (!words.empty() && words[0] == "export") words.erase(words.begin());
    while (!words.empty()) {
      const std::size_t equals = words[0].find('=');
      const auto is_name = [](char c) { return is_alphanumeric(c) || c == '_'; };
      if (equals == std::string::npos || equals == 0 ||
          !std::all_of(words[0].begin(), words[0].begin() + static_cast<std::ptrdiff_t>(equals),
                       is_name)) {
        return;
      }
      set(words[0].substr(0, equals), words[0].substr(equals + 1));
      words.erase(words.begin());
    }
  }

  void set(const std::string& name, std::string value) {
    auto& environment = surroundings_.environment;
    const auto at = std::find_if(environment.begin(), environment.end(),
                                 [&](const auto& pair) { return pair.first == name; });
    if (at != environment.end()) {
      at->second = std::move(value);
    } else if (environment.size() < kMaxVariables) {
      environment.emplace_back(name, std::move(value));
    }
  }

  /// What only the shell itself can do.
  bool own_command(Output& output) {
    const std::vector<std::string>& words = step_.words;
    if (words[0] == "exit") {
      if (words.size() > 1) code_ = static_cast<int>(parse_int64(words[1]).value_or(2) & 0xff);
      exiting_ = true;
      return true;
    }
    if (words[0] == "cd") {
      const std::string to = words.size() > 1 ? words[1] : std::string("/root");
      const std::string folder = absolute_path(surroundings_.folder, to);
      const auto entry = surroundings_.files->find(folder);
      const bool there = entry && entry->type == FileTree::Entry::Type::Folder;
      if (there) {
        surroundings_.folder = folder;
      } else {
        output.err += "sh: cd: can't cd to " + to + "\n";
      }
      code_ = there ? 0 : 2;
      return true;
    }
    if (words[0] == ":" || words[0] == "set") {
      code_ = 0;
      return true;
    }
    return false;
  }

  Surroundings surroundings_;
  const Source source_;
  std::string script_;
  std::size_t script_at_ = 0;
  std::string input_;
  bool ended_ = false;
  bool exiting_ = false;
  bool prompted_ = false;
  int code_ = 0;
  ShellStep step_;
  std::vector<ShellStep> piped_;                   // those whose output it gets, in their order
  std::map<std::string, std::string> redirected_;  // what is to be written to files, by path
  std::size_t charged_ = 0;                        // bytes of it
  ShellStep::Then then_ = ShellStep::Then::Always;
  std::optional<TerminalSize> size_;
  ProcessPtr child_;
};

}  // namespace

ProcessPtr start_shell(std::span<const std::string> arguments, const Surroundings& in) {
  // A variable that holds a call of the shell could call it without end.
  if (in.shells >= kMaxShells) {
    return printed({}, "sh: too many shells within shells\n", kSyntaxError);
  }
  while (!arguments.empty() && arguments[0].starts_with('-') &&
         arguments[0].find('c') == std::string::npos) {
    arguments = arguments.subspan(1);  // -i, -l, -e …
  }
  if (arguments.empty()) return std::make_unique<Shell>("", Shell::Source::Stdin, in);
  if (arguments[0].starts_with('-')) {
    if (arguments.size() < 2) return printed({}, "sh: -c requires an argument\n", kSyntaxError);
    return std::make_unique<Shell>(arguments[1], Shell::Source::Script, in);
  }
  const auto file = in.files->find(absolute_path(in.folder, arguments[0]));
  if (!file || !file->content) {
    return printed({}, "sh: can't open '" + arguments[0] + "': No such file or directory\n", 2);
  }
  return std::make_unique<Shell>(*file->content, Shell::Source::Script, in);
}

}  // namespace kaudit::apiserver::streaming::process
