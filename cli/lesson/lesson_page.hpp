#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::cli {

/// A piece of a lesson's page.
struct LessonStep {
  enum class Kind : std::uint8_t {
    Text,      ///< to be read, as Markdown
    Command,   ///< to be run
    Output,    ///< what the command before it prints; "…" stands for anything
    Question,  ///< a command that answers the text before it
  };
  Kind kind = Kind::Text;
  std::string text;
};

struct Lesson {
  int number = 0;
  std::string title;
  std::string page;  ///< Markdown
};

/// All of docs/lessons, in their order; they are in the program.
std::vector<Lesson> lessons();
/// docs/lessons/lesson.sh
std::string_view lesson_library() noexcept;

/// The page by its marks: `<!-- tour -->`, `<!-- output -->`, `<!-- answer -->`, each before a
/// fence.
std::vector<LessonStep> steps_of(std::string_view page);

/// Whether what a page shows is what was printed: white space at the ends does not count, "…"
/// stands for anything.
bool is_shown(std::string_view shown, std::string_view printed);

}  // namespace kaudit::cli
