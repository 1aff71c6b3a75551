#include "apiserver/request/label_parser.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "apiserver/request/label_lexer.hpp"
#include "apiserver/request/label_syntax.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::request {
namespace {

using Operator = LabelSelector::Operator;
using Values = std::set<std::string, std::less<>>;

tl::unexpected<Error> unexpected_token(const LabelToken& found, std::string_view expected) {
  return fail("found '" + std::string(found.text) + "', expected: " + std::string(expected));
}

std::optional<Operator> operator_of(LabelToken::Kind kind) noexcept {
  switch (kind) {
    case LabelToken::Kind::In:
      return Operator::In;
    case LabelToken::Kind::NotIn:
      return Operator::NotIn;
    case LabelToken::Kind::Equals:
      return Operator::Equals;
    case LabelToken::Kind::DoubleEquals:
      return Operator::DoubleEquals;
    case LabelToken::Kind::NotEquals:
      return Operator::NotEquals;
    case LabelToken::Kind::GreaterThan:
      return Operator::GreaterThan;
    case LabelToken::Kind::LessThan:
      return Operator::LessThan;
    case LabelToken::Kind::Identifier:
    case LabelToken::Kind::Not:
    case LabelToken::Kind::Comma:
    case LabelToken::Kind::OpenParenthesis:
    case LabelToken::Kind::CloseParenthesis:
    case LabelToken::Kind::End:
      return std::nullopt;
  }
  return std::nullopt;
}

Result<void> check_values(const LabelSelector::Requirement& requirement) {
  const bool ordered =
      requirement.op == Operator::GreaterThan || requirement.op == Operator::LessThan;
  for (std::size_t i = 0; i < requirement.values.size(); ++i) {
    const auto& value = requirement.values[i];
    const auto place = "values[" + std::to_string(i) + "]: ";
    if (ordered && !parse_int64(value)) {
      return fail(place + "Invalid value: \"" + value +
                  "\": for 'Gt', 'Lt' operators, the value must be an integer");
    }
    if (const auto checked = check_label_value(value); !checked) {
      return fail(place + checked.error().message);
    }
  }
  return {};
}

/// Recursive descent without recursion: the grammar is a flat list of requirements.
class Parser {
 public:
  explicit Parser(std::vector<LabelToken> tokens) : tokens_(std::move(tokens)) {}

  Result<std::vector<LabelSelector::Requirement>> parse() {
    std::vector<LabelSelector::Requirement> requirements;
    if (peek().kind == LabelToken::Kind::End) {
      return requirements;
    }
    if (!starts_requirement(peek())) {
      return unexpected_token(peek(), "!, identifier, or 'end of string'");
    }
    while (true) {
      auto requirement = parse_requirement();
      if (!requirement) {
        return fail("unable to parse requirement: " + requirement.error().message);
      }
      requirements.push_back(std::move(*requirement));
      const auto separator = take();
      if (separator.kind == LabelToken::Kind::End) {
        return requirements;
      }
      if (separator.kind != LabelToken::Kind::Comma) {
        return unexpected_token(separator, "',' or 'end of string'");
      }
      if (!starts_requirement(peek())) {
        return unexpected_token(peek(), "identifier after ','");
      }
    }
  }

 private:
  static bool is_word(const LabelToken& token) noexcept {
    // Keywords are names too, where an operator cannot be.
    return token.kind == LabelToken::Kind::Identifier || token.kind == LabelToken::Kind::In ||
           token.kind == LabelToken::Kind::NotIn;
  }
  static bool starts_requirement(const LabelToken& token) noexcept {
    return is_word(token) || token.kind == LabelToken::Kind::Not;
  }
  static bool ends_requirement(const LabelToken& token) noexcept {
    return token.kind == LabelToken::Kind::End || token.kind == LabelToken::Kind::Comma;
  }

  const LabelToken& peek() const noexcept { return tokens_[position_]; }
  /// The last token, End, can be taken again and again.
  LabelToken take() noexcept {
    const auto token = tokens_[position_];
    position_ = std::min(position_ + 1, tokens_.size() - 1);
    return token;
  }

  Result<LabelSelector::Requirement> parse_requirement() {
    LabelSelector::Requirement requirement;
    const bool negated = peek().kind == LabelToken::Kind::Not;
    if (negated) {
      take();
    }
    const auto key = take();
    if (!is_word(key)) {
      return unexpected_token(key, "identifier");
    }
    if (const auto checked = check_label_key(key.text); !checked) {
      return tl::unexpected(checked.error());
    }
    requirement.key = key.text;
    if (negated || ends_requirement(peek())) {
      requirement.op = negated ? Operator::DoesNotExist : Operator::Exists;
      return requirement;
    }
    const auto op = take();
    const auto known = operator_of(op.kind);
    if (!known) {
      return unexpected_token(op, "in, notin, =, ==, !=, gt, lt");
    }
    requirement.op = *known;
    const bool listed = requirement.op == Operator::In || requirement.op == Operator::NotIn;
    const auto values = listed ? parse_list() : parse_value();
    if (!values) {
      return tl::unexpected(values.error());
    }
    requirement.values.assign(values->begin(), values->end());
    if (const auto checked = check_values(requirement); !checked) {
      return tl::unexpected(checked.error());
    }
    return requirement;
  }

  /// What follows `=` and the like: nothing at all is the empty value.
  Result<Values> parse_value() {
    if (ends_requirement(peek())) {
      return Values{""};
    }
    const auto value = take();
    if (!is_word(value)) {
      return unexpected_token(value, "identifier");
    }
    return Values{std::string(value.text)};
  }

  /// `(a,b)`; an empty place is the empty value.
  Result<Values> parse_list() {
    if (const auto open = take(); open.kind != LabelToken::Kind::OpenParenthesis) {
      return fail("found '" + std::string(open.text) + "' expected: '('");
    }
    const auto& first = peek();
    if (!is_word(first) && first.kind != LabelToken::Kind::Comma &&
        first.kind != LabelToken::Kind::CloseParenthesis) {
      return unexpected_token(first, "',', ')' or identifier");
    }
    Values values;
    if (first.kind == LabelToken::Kind::CloseParenthesis) {
      values.emplace();
    }
    while (peek().kind != LabelToken::Kind::CloseParenthesis) {
      const auto token = take();
      const auto next = peek().kind;
      if (is_word(token)) {
        if (next != LabelToken::Kind::Comma && next != LabelToken::Kind::CloseParenthesis) {
          return unexpected_token(peek(), "',' or ')'");
        }
        values.emplace(token.text);
      } else if (token.kind != LabelToken::Kind::Comma) {
        return unexpected_token(token, "',', or identifier");
      } else if (next == LabelToken::Kind::Comma) {
        // Kubernetes takes two commas together, so it refuses `(a,,)` and reads `(a,,,)`.
        take();
        values.emplace();
        if (peek().kind == LabelToken::Kind::CloseParenthesis) {
          return unexpected_token(peek(), "',', or identifier");
        }
      } else if (values.empty() || next == LabelToken::Kind::CloseParenthesis) {
        values.emplace();
      }
    }
    take();
    return values;
  }

  std::vector<LabelToken> tokens_;
  std::size_t position_ = 0;
};

}  // namespace

Result<std::vector<LabelSelector::Requirement>> parse_label_requirements(std::string_view text) {
  return Parser(label_tokens(text)).parse();
}

}  // namespace kaudit::apiserver::request
