#include "cli/lesson/lesson_page.hpp"

#include "base/text/list.hpp"
#include "base/text/trim.hpp"

namespace kaudit::cli {
namespace {

constexpr std::string_view kPages[] = {
#include "cli/lesson/lesson_pages.inc"
};

constexpr std::string_view kLibrary =
#include "cli/lesson/lesson_library.inc"
    ;

constexpr std::string_view kAnything = "…";

LessonStep::Kind kind_of(std::string_view mark) {
  if (mark == "<!-- tour -->") return LessonStep::Kind::Command;
  if (mark == "<!-- output -->") return LessonStep::Kind::Output;
  if (mark == "<!-- answer -->") return LessonStep::Kind::Question;
  return LessonStep::Kind::Text;
}

void add_text(std::vector<LessonStep>& steps, std::string& text) {
  const std::string_view trimmed = trim_space(text);
  if (!trimmed.empty()) steps.push_back({LessonStep::Kind::Text, std::string(trimmed)});
  text.clear();
}

}  // namespace

std::vector<Lesson> lessons() {
  std::vector<Lesson> all;
  for (const std::string_view page : kPages) {
    // "# 7. Watch and exec are long-running"
    std::string_view rest = page.substr(2);
    std::string_view heading = take_until(rest, '\n');
    Lesson& lesson = all.emplace_back();
    for (const char digit : take_until(heading, '.')) {
      lesson.number = lesson.number * 10 + (digit - '0');
    }
    lesson.title = trim_space(heading);
    lesson.page = page;
  }
  return all;
}

std::string_view lesson_library() noexcept { return kLibrary; }

std::vector<LessonStep> steps_of(std::string_view page) {
  std::vector<LessonStep> steps;
  std::string text;
  LessonStep::Kind next = LessonStep::Kind::Text;
  while (!page.empty()) {
    const std::string_view line = take_until(page, '\n');
    if (line.starts_with("```") && next != LessonStep::Kind::Text) {
      LessonStep step{next, ""};
      while (!page.empty()) {
        const std::string_view inner = take_until(page, '\n');
        if (inner == "```") break;
        step.text.append(inner) += '\n';
      }
      steps.push_back(std::move(step));
      next = LessonStep::Kind::Text;
      continue;
    }
    next = kind_of(line);
    if (next != LessonStep::Kind::Text) {
      add_text(steps, text);
    } else {
      text.append(line) += '\n';
    }
  }
  add_text(steps, text);
  return steps;
}

bool is_shown(std::string_view shown, std::string_view printed) {
  shown = trim_space(shown);
  printed = trim_space(printed);
  for (bool first = true;; first = false) {
    const std::size_t gap = shown.find(kAnything);
    const std::string_view part = shown.substr(0, gap);
    const bool last = gap == shown.npos;
    if (first && last) return part == printed;
    if (first) {
      if (!printed.starts_with(part)) return false;
      printed.remove_prefix(part.size());
    } else if (last) {
      return printed.ends_with(part);
    } else {
      const std::size_t at = printed.find(part);
      if (at == printed.npos) return false;
      printed.remove_prefix(at + part.size());
    }
    shown.remove_prefix(gap + kAnything.size());
  }
}

}  // namespace kaudit::cli
