#include "apiserver/explorer/rows/filter_words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "audit/search/expression_text.hpp"
#include "audit/search/field.hpp"
#include "audit/search/operator.hpp"
#include "audit/search/term.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::explorer {
namespace {

namespace search = audit::search;

/// A member of a request as words name it, and the field that has it.
struct WordMember {
  std::string_view name;
  std::string_view field;
};
constexpr WordMember kWordMembers[] = {
    {"user", "ka.user.name"},      {"as", "ka.impuser.name"},  {"verb", "ka.verb"},
    {"ns", "ka.target.namespace"}, {"name", "ka.target.name"}, {"resource", "ka.target.resource"},
    {"code", "ka.response.code"},  {"level", "kaudit.level"},  {"id", "ka.auditid"},
    {"group", "kaudit.group"},
};
/// Where a word without a name is looked for.
constexpr std::string_view kAnywhere[] = {"ka.user.name", "ka.impuser.name", "ka.verb",
                                          "ka.uri",       "ka.target.name",  "ka.response.code",
                                          "kaudit.level", "ka.auditid"};

/// The pieces between blanks; what is in double quotes has its blanks.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (quoted || !is_blank(text[i]))) continue;
    if (i > begin) pieces.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return pieces;
}

std::string without_quotes(std::string_view piece) {
  std::string plain;
  std::ranges::copy_if(piece, std::back_inserter(plain), [](char c) { return c != '"'; });
  return plain;
}

bool is_part_of_expression(std::string_view piece) {
  if (piece == "and" || piece == "or" || piece == "not") return true;
  if (search::parse_operator(piece)) return true;
  piece.remove_prefix(std::min(piece.find_first_not_of('('), piece.size()));
  const std::string_view name = piece.substr(0, piece.find_first_of("([=!<>"));
  const auto is_called = [&](search::Function function) {
    return search::to_string(function) == name;
  };
  if (name.size() < piece.size() && piece[name.size()] == '(' &&
      std::ranges::any_of(search::all_functions(), is_called)) {
    return true;
  }
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return false;
  return std::ranges::any_of(search::all_fields(), [&](const search::FieldInfo& field) {
    return field.name.starts_with(name.substr(0, dot + 1));
  });
}

/// A value as an expression has it.
std::string expression_value(std::string_view value) {
  constexpr std::string_view kSpecial = "()=,\"'";
  const bool plain = !value.empty() && std::ranges::none_of(value, [&](char c) {
    return is_blank(c) || static_cast<unsigned char>(c) < 0x20 ||
           kSpecial.find(c) != std::string_view::npos;
  });
  if (plain) return std::string(value);
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

/// `4xx`: any code of that hundred.
bool is_hundred(std::string_view code) {
  return code.size() == 3 && code[0] >= '1' && code[0] <= '5' && code.ends_with("xx");
}

std::string member_check(const WordMember& member, std::string_view value) {
  const std::string field(member.field);
  if (member.name == "code" && is_hundred(value)) {
    return field + " startswith " + std::string(value.substr(0, 1));
  }
  return field + " = " + expression_value(value);
}

std::string word_check(std::string_view word) {
  std::string text;
  for (const std::string_view field : kAnywhere) {
    text +=
        (text.empty() ? "(" : " or ") + std::string(field) + " icontains " + expression_value(word);
  }
  return text + ")";
}

std::string check_of(std::string_view piece) {
  const bool negated = piece.size() > 1 && piece.starts_with('-');
  if (negated) piece.remove_prefix(1);
  const std::string plain = without_quotes(piece);
  const std::string_view text = plain;
  const std::size_t colon = text.find(':');
  const auto* const member =
      std::ranges::find(kWordMembers, text.substr(0, colon), &WordMember::name);
  const bool named = colon != text.npos && colon > 0 && member != std::end(kWordMembers);
  const std::string check =
      named ? member_check(*member, text.substr(colon + 1)) : word_check(text);
  return (negated ? "not " : "") + check;
}

}  // namespace

bool is_made_of_words(std::string_view filter) {
  return std::ranges::none_of(pieces_of(filter), is_part_of_expression);
}

std::string expression_of_words(std::string_view words) {
  std::string expression;
  for (const std::string_view piece : pieces_of(words)) {
    expression += (expression.empty() ? "" : " and ") + check_of(piece);
  }
  return expression;
}

}  // namespace kaudit::apiserver::explorer
