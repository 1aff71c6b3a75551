#include "apiserver/request/label_lexer.hpp"

#include <algorithm>
#include <array>

namespace kaudit::apiserver::request {
namespace {

using Kind = LabelToken::Kind;

// Longer symbols before their beginnings.
constexpr std::array<LabelToken, 9> kSymbols{{{Kind::DoubleEquals, "=="},
                                              {Kind::Equals, "="},
                                              {Kind::NotEquals, "!="},
                                              {Kind::Not, "!"},
                                              {Kind::GreaterThan, ">"},
                                              {Kind::LessThan, "<"},
                                              {Kind::Comma, ","},
                                              {Kind::OpenParenthesis, "("},
                                              {Kind::CloseParenthesis, ")"}}};

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kEndOfWord("=!(),>< \t\r\n\0", 12);

LabelToken take_symbol(std::string_view rest) noexcept {
  const auto* const symbol =
      std::find_if(kSymbols.begin(), kSymbols.end(),
                   [rest](const LabelToken& token) { return rest.starts_with(token.text); });
  return symbol == kSymbols.end() ? LabelToken{} : *symbol;
}

Kind kind_of_word(std::string_view word) noexcept {
  if (word == "in") {
    return Kind::In;
  }
  return word == "notin" ? Kind::NotIn : Kind::Identifier;
}

}  // namespace

std::vector<LabelToken> label_tokens(std::string_view text) {
  std::vector<LabelToken> tokens;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
    if (text.empty() || text.front() == '\0') {
      tokens.emplace_back();
      return tokens;
    }
    auto token = take_symbol(text);
    if (token.kind == Kind::End) {
      const auto word = text.substr(0, text.find_first_of(kEndOfWord));
      token = {kind_of_word(word), word};
    }
    tokens.push_back(token);
    text.remove_prefix(token.text.size());
    if (text.starts_with('\0')) {
      text.remove_prefix(1);
    }
  }
}

}  // namespace kaudit::apiserver::request
