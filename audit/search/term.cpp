#include "audit/search/term.hpp"

#include <algorithm>
#include <array>

namespace kaudit::audit::search {
namespace {

constexpr std::array kFunctions = {Function::Lower,    Function::Upper,  Function::Base64,
                                   Function::BaseName, Function::Length, Function::Join,
                                   Function::Concat};

void collect_fields(const Term& term, std::vector<const FieldUse*>& fields) {
  if (term.kind == Term::Kind::Field) fields.push_back(&term.field);
  for (const Term& part : term.parts) collect_fields(part, fields);
}

void append_parts(std::string& out, const Term& term) {
  out += '(';
  bool first = true;
  for (const Term& part : term.parts) {
    if (!first) out += ", ";
    first = false;
    out += text_of(part);
  }
  out += ')';
}

}  // namespace

std::string_view to_string(Function function) noexcept {
  switch (function) {
    case Function::Lower:
      return "tolower";
    case Function::Upper:
      return "toupper";
    case Function::Base64:
      return "b64";
    case Function::BaseName:
      return "basename";
    case Function::Length:
      return "len";
    case Function::Join:
      return "join";
    case Function::Concat:
      return "concat";
  }
  return "";
}

std::span<const Function> all_functions() noexcept { return kFunctions; }

bool is_list(const Term& term) noexcept {
  switch (term.kind) {
    case Term::Kind::Field:
      return term.field.info->list;
    case Term::Kind::Text:
      return false;
    case Term::Kind::List:
      return true;
    case Term::Kind::Call:
      break;
  }
  switch (term.function) {
    case Function::Lower:
    case Function::Upper:
    case Function::Base64:
    case Function::BaseName:
      return is_list(term.parts.front());
    case Function::Length:
    case Function::Join:
    case Function::Concat:
      return false;
  }
  return false;
}

bool is_number(const Term& term) noexcept {
  return term.kind == Term::Kind::Call && term.function == Function::Length;
}

std::vector<const FieldUse*> fields_of(const Term& term) {
  std::vector<const FieldUse*> fields;
  collect_fields(term, fields);
  return fields;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::string text_of(const Term& term) {
  std::string out;
  switch (term.kind) {
    case Term::Kind::Field:
      return term.field.text();
    case Term::Kind::Text:
      append_quoted(out, term.text);
      return out;
    case Term::Kind::Call:
      out += to_string(term.function);
      break;
    case Term::Kind::List:
      break;
  }
  append_parts(out, term);
  return out;
}

}  // namespace kaudit::audit::search
