#include "audit/search/term_parser.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::search {
namespace {

using Problem = TermParser::Problem;

/// How deep functions stand in each other.
constexpr std::size_t kDeepestCall = 20;

std::optional<Function> parse_function(std::string_view name) noexcept {
  const auto found = std::ranges::find_if(
      all_functions(), [name](Function function) { return to_string(function) == name; });
  if (found == all_functions().end()) return std::nullopt;
  return *found;
}

std::string no_function(std::string_view name) {
  if (name == "getopt") {
    return "getopt is not here: no field of audit events has the words of a command line, and the "
           "containers' command and args are one text a container";
  }
  std::string known;
  const auto functions = all_functions();
  for (const Function& one : functions) {
    if (!known.empty()) known += &one == &functions.back() ? " and " : ", ";
    known += to_string(one);
  }
  return go_quoted(name) + " is not a function; those are " + known;
}

Problem argument_problem(FieldUse& use, bool given, std::size_t bracket) {
  const std::string& name = use.info->name;
  switch (use.info->argument) {
    case Argument::None:
      if (given) return ExpressionError{bracket, name + " takes no argument"};
      break;
    case Argument::Key:
      if (!given) return ExpressionError{bracket, name + " needs an argument: " + name + "[…]"};
      break;
    case Argument::Pointer:
      if (given && !use.argument.empty() && use.argument.front() != '/') {
        return ExpressionError{bracket + 1,
                               "a JSON pointer begins with /: " + name + "[/" + use.argument + "]"};
      }
      break;
    case Argument::Index: {
      if (!given) break;
      std::size_t index = 0;
      const char* const end = use.argument.data() + use.argument.size();
      const auto [to, error] = std::from_chars(use.argument.data(), end, index);
      if (error != std::errc() || to != end) {
        return ExpressionError{bracket + 1, name + " takes an index, a number from 0 on"};
      }
      use.index = index;
      break;
    }
  }
  return std::nullopt;
}

/// What a function takes; nothing when that is what it has been given.
std::optional<std::string> wrong_arguments(const Term& call) {
  const auto& parts = call.parts;
  switch (call.function) {
    case Function::Join:
      if (parts.size() == 2 && !is_list(parts[0]) && is_list(parts[1])) return std::nullopt;
      return "join takes a text and a list: join(\",\", ka.user.groups), join(\"/\", (\"a\", "
             "ka.verb))";
    case Function::Concat:
      if (parts.size() >= 2 && std::ranges::none_of(parts, [](const Term& part) {
            return is_list(part) || is_number(part);
          })) {
        return std::nullopt;
      }
      return "concat takes two texts or more, and no list: concat(ka.user.name, \"/\", ka.verb)";
    case Function::Length:
    case Function::Lower:
    case Function::Upper:
    case Function::Base64:
    case Function::BaseName:
      break;
  }
  const bool one = parts.size() == 1 &&
                   (parts[0].kind == Term::Kind::Field || parts[0].kind == Term::Kind::Call);
  if (one && !is_number(parts[0])) return std::nullopt;
  return std::string(to_string(call.function)) + " takes one field, or a function of fields";
}

}  // namespace

Problem TermParser::field(std::string_view name, std::size_t begin, FieldUse& use) {
  use.info = find_field(name);
  if (use.info == nullptr) {
    std::string message = "there is no field " + go_quoted(name);
    const std::string_view near = nearest_field(name);
    if (!near.empty()) message += "; did you mean " + std::string(near) + "?";
    return ExpressionError{begin, std::move(message)};
  }
  const std::size_t bracket = text_.offset();
  const bool given = text_.take('[');
  if (given) {
    auto argument = text_.take_argument();
    if (!argument) return argument.error();
    use.argument = *std::move(argument);
  }
  return argument_problem(use, given, bracket);
}

Problem TermParser::call(std::string_view name, std::size_t begin, Term& term) {
  return call_at(name, begin, term, 0);
}

Problem TermParser::call_at(std::string_view name, std::size_t begin, Term& term,
                            std::size_t depth) {
  if (depth == kDeepestCall) return ExpressionError{begin, "functions nested too deeply"};
  const auto function = parse_function(name);
  if (!function) return ExpressionError{begin, no_function(name)};
  term.kind = Term::Kind::Call;
  term.function = *function;
  text_.take('(');
  if (auto problem = arguments(term, depth + 1)) return problem;
  if (auto wrong = wrong_arguments(term)) return ExpressionError{begin, *std::move(wrong)};
  return std::nullopt;
}

/// Up to the closing parenthesis.
Problem TermParser::arguments(Term& term, std::size_t depth) {
  text_.skip_blanks();
  if (text_.take(')')) return std::nullopt;
  for (;;) {
    text_.skip_blanks();
    if (auto problem = argument(term.parts.emplace_back(), depth)) return problem;
    text_.skip_blanks();
    if (text_.take(')')) return std::nullopt;
    if (!text_.take(',')) return ExpressionError{text_.offset(), "expected , or )"};
  }
}

Problem TermParser::argument(Term& term, std::size_t depth) {
  const std::size_t begin = text_.offset();
  if (text_.take('(')) {
    if (depth == kDeepestCall) return ExpressionError{begin, "functions nested too deeply"};
    term.kind = Term::Kind::List;
    if (auto problem = arguments(term, depth + 1)) return problem;
    const bool flat = std::ranges::none_of(term.parts, is_list);
    return flat ? Problem() : ExpressionError{begin, "a list in parentheses has no lists in it"};
  }
  if (text_.next_is('"') || text_.next_is('\'')) {
    auto quoted = text_.take_value();
    if (!quoted) return quoted.error();
    term.kind = Term::Kind::Text;
    term.text = std::move(quoted->text);
    return std::nullopt;
  }
  const std::string_view name = text_.take_name();
  if (name.empty()) return ExpressionError{begin, "expected a field, a function or a quoted text"};
  if (name.find('.') != std::string_view::npos) return field(name, begin, term.field);
  if (text_.next_is('(')) return call_at(name, begin, term, depth);
  return ExpressionError{begin, go_quoted(name) + " is not a field; a text has quotes here"};
}

bool TermParser::next_is_term() const noexcept {
  const std::string_view word = text_.peek_operator();
  return !word.empty() && is_letter(word.front()) && text_.next_is_behind(word.size(), '(') &&
         word.find('.') == std::string_view::npos;
}

Problem TermParser::right_side(Term& term) {
  const std::size_t begin = text_.offset();
  const std::string_view name = text_.take_name();
  if (name != "val") return call(name, begin, term);
  text_.take('(');
  text_.skip_blanks();
  const std::size_t at = text_.offset();
  if (auto problem = field(text_.take_name(), at, term.field)) return problem;
  text_.skip_blanks();
  if (!text_.take(')')) return ExpressionError{text_.offset(), "expected )"};
  return std::nullopt;
}

}  // namespace kaudit::audit::search
