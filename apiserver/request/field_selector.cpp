#include "apiserver/request/field_selector.hpp"

#include <algorithm>

namespace kaudit::apiserver::request {
namespace {

/// The terms between commas that are not escaped.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  terms.push_back(text.substr(start));
  return terms;
}

struct Term {
  std::string_view field;
  FieldSelector::Operator op;
  std::string_view escaped_value;
};

/// A term at its first operator.
std::optional<Term> split_term(std::string_view term) noexcept {
  for (std::size_t i = 0; i < term.size(); ++i) {
    const auto rest = term.substr(i);
    if (rest.starts_with("!=")) {
      return Term{term.substr(0, i), FieldSelector::Operator::NotEquals, rest.substr(2)};
    }
    if (rest.starts_with('=')) {
      return Term{term.substr(0, i), FieldSelector::Operator::Equals,
                  rest.substr(rest.starts_with("==") ? 2 : 1)};
    }
  }
  return std::nullopt;
}

bool needs_escape(char c) noexcept { return c == '\\' || c == ',' || c == '='; }

/// The whole character, so that an error's text stays UTF-8.
std::string_view first_character(std::string_view text) noexcept {
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
  };
  std::size_t length = std::min<std::size_t>(text.size(), 1);
  while (length < text.size() && is_continuation(text[length])) {
    ++length;
  }
  return text.substr(0, length);
}

Result<std::string> unescape_value(std::string_view text) {
  std::string value;
  value.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      if (needs_escape(text[i])) {
        return fail("invalid field selector: unescaped character in value: " +
                    std::to_string(int{text[i]}));
      }
      value += text[i];
      continue;
    }
    ++i;
    if (i == text.size() || !needs_escape(text[i])) {
      return fail("invalid field selector: invalid escape sequence: \\" +
                  std::string(first_character(text.substr(i))));
    }
    value += text[i];
  }
  return value;
}

}  // namespace

Result<FieldSelector> FieldSelector::parse(std::string_view text) {
  FieldSelector selector;
  auto terms = split_terms(text);
  std::sort(terms.begin(), terms.end());
  for (const auto term_text : terms) {
    if (term_text.empty()) {
      continue;
    }
    const auto term = split_term(term_text);
    if (!term) {
      return fail("invalid selector: '" + std::string(text) + "'; can't understand '" +
                  std::string(term_text) + "'");
    }
    auto value = unescape_value(term->escaped_value);
    if (!value) {
      return tl::unexpected(value.error());
    }
    if (term->field.empty() && value->empty()) {
      continue;  // `=` and `!=` alone demand nothing
    }
    selector.requirements_.push_back(
        FieldSelector::Requirement{std::string(term->field), term->op, std::move(*value)});
  }
  return selector;
}

bool FieldSelector::matches(const FieldValue& value_of) const {
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const FieldSelector::Requirement& required) {
                       return (value_of(required.field) == required.value) ==
                              (required.op == FieldSelector::Operator::Equals);
                     });
}

std::optional<std::string_view> FieldSelector::required_value(
    std::string_view field) const noexcept {
  for (const auto& required : requirements_) {
    if (required.op == FieldSelector::Operator::Equals && required.field == field) {
      return required.value;
    }
  }
  return std::nullopt;
}

std::string FieldSelector::text() const {
  std::string out;
  for (const auto& required : requirements_) {
    if (!out.empty()) {
      out += ',';
    }
    out += required.field;
    out += required.op == FieldSelector::Operator::Equals ? "=" : "!=";
    for (const char c : required.value) {
      if (needs_escape(c)) {
        out += '\\';
      }
      out += c;
    }
  }
  return out;
}

}  // namespace kaudit::apiserver::request
