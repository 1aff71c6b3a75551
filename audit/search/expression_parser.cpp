// The grammar of Falco's filters, by recursive descent.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "audit/search/expression.hpp"
#include "audit/search/expression_text.hpp"
#include "audit/search/term_parser.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::audit::search {
namespace {

using Parsed = ExpressionResult<Expression>;

/// How many nodes macros may make of an expression.
constexpr std::size_t kMaxNodes = 100'000;

std::size_t size_of(const Expression& expression) {
  std::size_t nodes = 1;
  for (const Expression& part : expression.parts) nodes += size_of(part);
  return nodes;
}

class Parser {
 public:
  Parser(std::string_view text, const Names* names, std::size_t max_nesting)
      : text_(text), names_(names), max_nesting_(max_nesting) {}

  Parsed run() {
    if (text_.size() > kMaxExpressionBytes) return text_.fail("the expression is too long");
    auto whole = disjunction(0);
    if (!whole) return whole;
    text_.skip_blanks();
    if (!text_.at_end()) return leftover();
    return whole;
  }

 private:
  Parsed leftover() const {
    if (text_.next_is(')')) return text_.fail("this ) closes nothing");
    const std::string_view word = text_.peek_word();
    const std::string_view near = nearest(word, std::array<std::string_view, 2>{"and", "or"}, 1);
    if (!near.empty() && word != near) {
      return text_.fail("expected and, or or the end: did you mean " + std::string(near) + "?");
    }
    if (text_.next_is('=') || text_.next_is(',')) {
      return text_.fail(
          "expected and, or or the end; a value with = , ( or ) in it must be quoted");
    }
    return text_.fail("expected and, or or the end");
  }

  Parsed disjunction(std::size_t depth) { return chain(depth, "or", Expression::Kind::Or); }
  Parsed conjunction(std::size_t depth) { return chain(depth, "and", Expression::Kind::And); }

  Parsed chain(std::size_t depth, std::string_view word, Expression::Kind kind) {
    const auto part = [&] {
      return kind == Expression::Kind::Or ? conjunction(depth) : negation(depth);
    };
    auto first = part();
    if (!first) return first;
    Expression all;
    all.kind = kind;
    all.begin = first->begin;
    all.parts.push_back(*std::move(first));
    while (text_.take_connective(word)) {
      auto next = part();
      if (!next) return next;
      all.parts.push_back(*std::move(next));
    }
    if (all.parts.size() == 1) return std::move(all.parts.front());
    all.end = all.parts.back().end;
    return all;
  }

  Parsed negation(std::size_t depth) {
    if (depth >= max_nesting_) return text_.fail("nested too deeply");
    text_.skip_blanks();
    const std::size_t begin = text_.offset();
    if (!text_.take_not()) return primary(depth);
    auto inner = negation(depth + 1);
    if (!inner) return inner;
    Expression negated;
    negated.kind = Expression::Kind::Not;
    negated.begin = begin;
    negated.end = inner->end;
    negated.parts.push_back(*std::move(inner));
    return negated;
  }

  Parsed primary(std::size_t depth) {
    text_.skip_blanks();
    const std::size_t begin = text_.offset();
    if (text_.take('(')) {
      auto inner = disjunction(depth + 1);
      if (!inner) return inner;
      text_.skip_blanks();
      if (!text_.take(')')) {
        return text_.at_end()
                   ? Parsed(tl::unexpected(ExpressionError{begin, "this ( is not closed"}))
                   : leftover();
      }
      inner->begin = begin;
      inner->end = text_.offset();
      return inner;
    }
    return check_or_name(begin);
  }

  Parsed check_or_name(std::size_t begin) {
    const std::string_view name = text_.take_name();
    if (name.empty()) {
      return text_.fail(text_.at_end() ? "the expression ends where a field or ( should be"
                                       : "expected a field, not or (");
    }
    Expression found;
    found.begin = begin;
    if (name.find('.') == std::string_view::npos) {
      if (!text_.next_is('(')) return macro(name, begin);
      if (auto error = terms_.call(name, begin, found.check.left)) return tl::unexpected(*error);
    } else if (auto error = terms_.field(name, begin, found.check.left.field)) {
      return tl::unexpected(*error);
    }
    if (auto error = condition(found.check)) return tl::unexpected(*error);
    found.end = text_.offset();
    return found;
  }

  Parsed macro(std::string_view name, std::size_t begin) {
    const Expression* const known = names_ == nullptr ? nullptr : names_->macro(name);
    if (known != nullptr) {
      Expression found = *known;
      nodes_ += size_of(found);
      if (nodes_ > kMaxNodes) return fail_at(begin, "its macros make it too large");
      Expression named;
      named.kind = Expression::Kind::Name;
      named.name = std::string(name);
      named.begin = begin;
      named.end = text_.offset();
      named.parts.push_back(std::move(found));
      return named;
    }
    std::string message = names_ == nullptr
                              ? go_quoted(name) + " is not a field: those are like ka.verb"
                              : "there is no macro " + go_quoted(name);
    const std::string_view near = nearest_field("ka." + std::string(name));
    if (!near.empty()) message += "; did you mean " + std::string(near) + "?";
    return fail_at(begin, std::move(message));
  }

  static tl::unexpected<ExpressionError> fail_at(std::size_t offset, std::string message) {
    return tl::unexpected(ExpressionError{offset, std::move(message)});
  }

  using Problem = TermParser::Problem;

  Problem condition(Check& check) {
    text_.skip_blanks();
    check.op_offset = text_.offset();
    const std::string_view word = text_.peek_operator();
    const auto op = parse_operator(word);
    if (!op) return no_operator(check, word);
    text_.skip(word.size());
    check.op = *op;
    if (is_list(check.left) && !takes_list_field(*op)) {
      const bool field = check.left.kind == Term::Kind::Field;
      const std::string name = field ? check.left.field.info->name : text_of(check.left);
      return ExpressionError{check.op_offset, name +
                                                  " is a list: ask it with in, intersects or "
                                                  "exists, like " +
                                                  name + " intersects (…)"};
    }
    if (*op == Operator::Exists) return std::nullopt;
    if (terms_.next_is_term()) return right_side(check);
    return takes_list(*op) ? list_operands(check) : one_operand(check, is_letter(word.front()));
  }

  static Problem no_operator(const Check& check, std::string_view word) {
    if (word.empty()) {
      return ExpressionError{check.op_offset, "expected an operator after " + text_of(check.left) +
                                                  ": =, !=, contains, in, exists …"};
    }
    std::string message = go_quoted(word) + " is not an operator";
    const std::string_view near = nearest(lower_case(word), operator_names());
    if (!near.empty()) message += "; did you mean " + std::string(near) + "?";
    return ExpressionError{check.op_offset, std::move(message)};
  }

  Problem right_side(Check& check) { return terms_.right_side(check.right.emplace()); }

  Problem one_operand(Check& check, bool needs_blank) {
    const bool blank = text_.skip_blanks();
    if (needs_blank && !blank && !text_.at_end()) {
      return ExpressionError{text_.offset(),
                             "expected a blank after " + std::string(to_string(check.op))};
    }
    if (terms_.next_is_term()) return right_side(check);
    auto operand = text_.take_value();
    if (!operand) return operand.error();
    check.operands.push_back(*std::move(operand));
    return std::nullopt;
  }

  Problem list_operands(Check& check) {
    text_.skip_blanks();
    if (terms_.next_is_term()) return right_side(check);
    if (!text_.next_is('(')) return named_list(check);
    text_.take('(');
    text_.skip_blanks();
    if (text_.take(')')) return std::nullopt;
    for (;;) {
      text_.skip_blanks();
      auto operand = text_.take_value();
      if (!operand) return operand.error();
      add_items(*std::move(operand), check.operands);
      text_.skip_blanks();
      if (text_.take(')')) return std::nullopt;
      if (!text_.take(',')) return ExpressionError{text_.offset(), "expected , or )"};
    }
  }

  /// A value, or the items of the list that it names.
  void add_items(Operand operand, std::vector<Operand>& operands) const {
    const std::vector<std::string>* const items =
        operand.quoted || names_ == nullptr ? nullptr : names_->list(operand.text);
    if (items == nullptr) {
      operands.push_back(std::move(operand));
      return;
    }
    for (const std::string& item : *items) operands.push_back({item, true, operand.offset});
  }

  Problem named_list(Check& check) {
    const std::size_t at = text_.offset();
    const std::string_view name = text_.take_name();
    const std::vector<std::string>* const items =
        names_ == nullptr || name.empty() ? nullptr : names_->list(name);
    if (items == nullptr) {
      return ExpressionError{
          at, names_ == nullptr || name.empty()
                  ? std::string(to_string(check.op)) + " wants a list in parentheses: (a, b)"
                  : "there is no list " + go_quoted(name)};
    }
    for (const std::string& item : *items) check.operands.push_back({item, true, at});
    return std::nullopt;
  }

  ExpressionText text_;
  TermParser terms_{text_};
  const Names* names_;
  std::size_t max_nesting_;
  std::size_t nodes_ = 0;
};

}  // namespace

ExpressionResult<Expression> parse_expression(std::string_view text, const Names* names,
                                              std::size_t max_nesting) {
  return Parser(text, names, max_nesting).run();
}

std::string describe(const ExpressionError& error, std::string_view expression) {
  const std::size_t offset = std::min(error.offset, expression.size());
  const std::size_t before =
      offset == 0 ? std::string_view::npos : expression.substr(0, offset).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view line = expression.substr(begin, expression.find('\n', begin) - begin);
  // A long line is shown around the place.
  constexpr std::size_t kAround = 60;
  const std::size_t column = offset - begin;
  const std::size_t cut = column > kAround ? column - kAround : 0;
  const std::string shown_before = visible(line.substr(cut, column - cut));
  std::string out = error.message + " (character " + std::to_string(offset + 1) + ")\n    ";
  out += shown_before + visible(line.substr(column, kAround)) + "\n    ";
  std::size_t width = 0;
  for (const char c : shown_before) {
    width += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  }
  out.append(width, ' ');
  return out + "^";
}

}  // namespace kaudit::audit::search
