// `kaudit lesson [N]`: the lessons of docs/lessons, carried out.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/files/atomic_file.hpp"
#include "base/files/temporary_folder.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"
#include "cli/commands.hpp"
#include "cli/lesson/lesson_page.hpp"
#include "cli/lesson/lesson_shell.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

namespace fs = std::filesystem;

/// Whether somebody reads and answers, or a program only wants to know that all is as the page
/// says.
enum class LessonPace : std::uint8_t { Walked, Checked };

struct LessonOptions {
  int number = 0;  ///< 0: list them
  bool check = false;
  bool explorer = false;
};

constexpr int kTries = 3;

/// The folder that the commands of a page expect to be in.
Result<void> furnish(const fs::path& folder) {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) return fail("cannot find the program itself: " + error.message());
  if (::access((self.parent_path() / "kaudit-apiserver").c_str(), X_OK) != 0) {
    return fail("there is no kaudit-apiserver beside " + self.string());
  }
  fs::create_directories(folder / "docs" / "lessons", error);
  fs::create_directories(folder / "build" / "release", error);
  fs::create_directory_symlink(self.parent_path(), folder / "build" / "release" / "bin", error);
  if (error) return fail("cannot fill " + folder.string() + ": " + error.message());
  return write_file_atomically(folder / "docs" / "lessons" / "lesson.sh", lesson_library(),
                               FileMode::Private);
}

class Walk {
 public:
  Walk(LessonShell& shell, LessonPace pace) : shell_(shell), pace_(pace) {}

  Exit through(const Lesson& lesson) {
    const auto steps = steps_of(lesson.page);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      // What is asked for behind a command or a question is the page's next piece.
      const bool shows = i + 1 < steps.size() && steps[i + 1].kind == LessonStep::Kind::Output;
      const std::string_view expected = shows ? std::string_view(steps[i + 1].text) : "";
      Result<void> done;
      switch (steps[i].kind) {
        case LessonStep::Kind::Text:
          say(steps[i].text + "\n\n");
          break;
        case LessonStep::Kind::Command:
          done = command(steps[i].text, expected);
          break;
        case LessonStep::Kind::Question:
          done = question(steps[i].text, expected);
          break;
        case LessonStep::Kind::Output:
          break;  // was shown as what really came
      }
      if (!done) {
        complain(done.error().message);
        return Exit::Usage;
      }
    }
    say(differences_ == 0 ? "That was lesson " + std::to_string(lesson.number) + ".\n"
                          : std::to_string(differences_) + " steps came out otherwise.\n");
    return differences_ == 0 ? Exit::Fine : Exit::Findings;
  }

 private:
  void say(std::string_view text) const {
    print(text);
    if (pace_ == LessonPace::Walked) {
      if (const auto written = finish_printing(); !written) return;
      std::fflush(stdout);
    }
  }

  /// A line of the learner's; none at the end of input.
  static std::optional<std::string> read_line() {
    std::string line;
    for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
      if (c == EOF) return std::nullopt;
      line += static_cast<char>(c);
    }
    return line;
  }

  Result<void> command(const std::string& script, std::string_view expected) {
    std::string_view rest = script;
    while (!rest.empty()) say("  $ " + std::string(take_until(rest, '\n')) + "\n");
    if (pace_ == LessonPace::Walked) {
      say("(Enter runs it) ");
      if (!read_line()) return fail("the lesson was left");
    }
    auto printed = shell_.run(script);
    if (!printed) return tl::unexpected(printed.error());
    say(std::string(trim_space(*printed)) + "\n\n");
    if (!expected.empty()) compare(expected, *printed);
    return {};
  }

  Result<void> question(const std::string& answer, std::string_view expected) {
    if (pace_ == LessonPace::Checked) return command(answer, expected);
    for (int tried = 0; tried < kTries; ++tried) {
      say("Your command (? shows one that answers it):\n  $ ");
      const auto line = read_line();
      if (!line) return fail("the lesson was left");
      if (trim_space(*line) == "?") break;
      auto printed = shell_.run(*line);
      if (!printed) return tl::unexpected(printed.error());
      say(std::string(trim_space(*printed)) + "\n");
      if (is_shown(expected, *printed)) {
        say("Right.\n\n");
        return {};
      }
      say("Not yet: what is asked for looks different.\n");
    }
    say("This answers it:\n");
    return command(answer, expected);
  }

  void compare(std::string_view expected, std::string_view printed) {
    if (is_shown(expected, printed)) return;
    ++differences_;
    say("The lesson expected:\n" + std::string(expected) + "\n");
  }

  LessonShell& shell_;
  const LessonPace pace_;
  int differences_ = 0;
};

Exit list_lessons() {
  std::string text;
  for (const Lesson& lesson : lessons()) {
    text += (lesson.number < 10 ? " " : "") + std::to_string(lesson.number) + "  " + lesson.title +
            "\n";
  }
  print(text);
  return Exit::Fine;
}

Exit carry_out_lesson(const LessonOptions& options) {
  if (options.number == 0) return list_lessons();
  for (const Lesson& lesson : lessons()) {
    if (lesson.number != options.number) continue;
    TemporaryFolder::remove_abandoned();
    auto folder = TemporaryFolder::make();
    if (!folder) {
      complain(folder.error().message);
      return Exit::Usage;
    }
    const auto furnished = furnish(folder->path());
    auto shell = furnished ? LessonShell::start(folder->path().string(),
                                                options.explorer ? "--explorer" : "")
                           : Result<LessonShell>(tl::unexpected(furnished.error()));
    if (!shell) {
      complain(shell.error().message);
      return Exit::Usage;
    }
    const bool checked = options.check || ::isatty(STDIN_FILENO) != 1;
    return Walk(*shell, checked ? LessonPace::Checked : LessonPace::Walked).through(lesson);
  }
  complain("there is no lesson " + std::to_string(options.number) +
           "; a list of them: kaudit lesson");
  return Exit::Usage;
}

}  // namespace

void add_lesson_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<LessonOptions>();
  CLI::App* command = app.add_subcommand(
      "lesson",
      "Learn what audit logs say, step by step: carries a lesson out with a server of its own, "
      "shows each command before it runs, and asks at the end. Without a number: the list");
  command->footer(
      "Needs bash, curl and jq. When standard input is not a terminal, nothing is waited for and "
      "the "
      "questions are answered by the lesson. Exit code: 1 when something came out otherwise.");
  command->add_option("N", options->number, "Which lesson");
  command->add_flag("--check", options->check,
                    "Do not wait, answer the questions, and compare all that is printed");
  command->add_flag("--explorer", options->explorer,
                    "Start the lesson's servers with --explorer, to watch each step in a browser");
  command->callback([options, &exit] { exit = carry_out_lesson(*options); });
}

}  // namespace kaudit::cli
