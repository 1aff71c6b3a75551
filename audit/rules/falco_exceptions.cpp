#include "audit/rules/falco_exceptions.hpp"

#include <algorithm>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "audit/search/operator.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

/// A value as an operand: a list in parentheses and a list's name stay what they are, where a list
/// may stand; all else is quoted.
std::string operand_text(const std::string& value, bool list) {
  const bool name =
      list && !value.empty() &&
      value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
          std::string::npos;
  if (name || (list && value.starts_with('('))) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool takes_a_list(const std::string& comparison) {
  const auto op = search::parse_operator(comparison);
  return op && search::takes_list(*op);
}

std::string check_text(const std::string& field, const std::string& comparison,
                       const yaml::Node& value) {
  const bool list = takes_a_list(comparison);
  std::string text = field + " " + comparison + " ";
  if (value.sequence() == nullptr) {
    const std::string operand = operand_text(scalar_text(value).value_or(""), list);
    return text + (list && operand.starts_with('"') ? "(" + operand + ")" : operand);
  }
  text += "(";
  bool first = true;
  for (const std::string& one : texts_of(value)) {
    if (!first) text += ", ";
    first = false;
    text += operand_text(one, list);
  }
  return text + ")";
}

/// One row of values, which is a list with a value for each field.
std::optional<std::string> row_text(const FalcoException& exception, const yaml::Node& row,
                                    std::string& text) {
  const auto* const values = row.sequence();
  if (values == nullptr || values->size() != exception.fields.size()) {
    return "exception " + go_quoted(exception.name) + ": each item of values must be a list of " +
           std::to_string(exception.fields.size()) + " values";
  }
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (i > 0) text += " and ";
    text += check_text(exception.fields[i], exception.comparisons[i], *(*values)[i]);
  }
  return std::nullopt;
}

std::optional<std::string> read_values(FalcoException& exception, const yaml::Node& values) {
  if (exception.single) {
    if (values.sequence() == nullptr || values.sequence()->empty()) return std::nullopt;
    exception.values.push_back(
        check_text(exception.fields.front(), exception.comparisons.front(), values));
    return std::nullopt;
  }
  const auto* const rows = values.sequence();
  if (rows == nullptr) return "exception " + go_quoted(exception.name) + ": values must be a list";
  for (const yaml::Node* row : *rows) {
    std::string text;
    if (auto wrong = row_text(exception, *row, text)) return wrong;
    exception.values.push_back(std::move(text));
  }
  return std::nullopt;
}

std::optional<std::string> read_shape(FalcoException& exception, const yaml::Node& item) {
  const yaml::Node* const fields = yaml::find(item, "fields");
  if (fields == nullptr) return "exception " + go_quoted(exception.name) + " needs fields";
  exception.single = fields->sequence() == nullptr;
  exception.fields = texts_of(*fields);
  if (exception.fields.empty()) return "exception " + go_quoted(exception.name) + " needs fields";
  if (const yaml::Node* const comparisons = yaml::find(item, "comps")) {
    exception.comparisons = texts_of(*comparisons);
    if (exception.comparisons.size() != exception.fields.size()) {
      return "exception " + go_quoted(exception.name) + " needs as many comps as fields";
    }
  } else {
    exception.comparisons.assign(exception.fields.size(), exception.single ? "in" : "=");
  }
  for (const std::string& comparison : exception.comparisons) {
    if (!search::parse_operator(comparison)) {
      return "exception " + go_quoted(exception.name) + ": " + go_quoted(comparison) +
             " is not an operator";
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_exceptions(const yaml::Node& node,
                                           std::vector<FalcoException>& exceptions) {
  const auto* const items = node.sequence();
  if (items == nullptr) {
    return node.is_null() ? std::nullopt : std::optional("exceptions must be a list");
  }
  for (const yaml::Node* item : *items) {
    const auto name = member_text(*item, "name");
    if (!name || name->empty()) return "an exception needs a name";
    auto known = std::ranges::find(exceptions, *name, &FalcoException::name);
    if (known == exceptions.end()) {
      FalcoException made;
      made.name = *name;
      if (auto wrong = read_shape(made, *item)) return wrong;
      exceptions.push_back(std::move(made));
      known = exceptions.end() - 1;
    }
    if (const yaml::Node* const values = yaml::find(*item, "values")) {
      if (auto wrong = read_values(*known, *values)) return wrong;
    }
  }
  return std::nullopt;
}

std::string with_exceptions(const FalcoRule& rule) {
  std::string excepted;
  for (const FalcoException& exception : rule.exceptions) {
    for (const std::string& value : exception.values) {
      excepted += (excepted.empty() ? "(" : " or (") + value + ")";
    }
  }
  if (excepted.empty()) return rule.condition;
  return "(" + rule.condition + ") and not (" + excepted + ")";
}

}  // namespace kaudit::audit::rules
