#include "audit/base/csv.hpp"

namespace kaudit {
namespace {

bool at_end_of_record(std::string_view rest) {
  return rest.empty() || rest.front() == '\n' || rest == "\r" || rest.starts_with("\r\n");
}

tl::unexpected<Error> csv_error(std::string_view text, std::string_view rest,
                                std::string_view problem) {
  return fail("parse error on column " + std::to_string(text.size() - rest.size() + 1) + ": " +
              std::string(problem));
}

/// Takes a value that does not begin with a quote off `rest`.
Result<std::string> take_plain(std::string_view text, std::string_view& rest) {
  std::string value;
  while (!at_end_of_record(rest) && rest.front() != ',') {
    if (rest.front() == '"') return csv_error(text, rest, "bare \" in non-quoted field");
    value += rest.front();
    rest.remove_prefix(1);
  }
  return value;
}

/// Takes a value that begins with a quote off `rest`.
Result<std::string> take_quoted(std::string_view text, std::string_view& rest) {
  std::string value;
  rest.remove_prefix(1);
  for (;;) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) {
      rest = {};
      return csv_error(text, text.substr(text.size()), "extraneous or missing \" in quoted-field");
    }
    value += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) break;
    value += '"';
    rest.remove_prefix(1);
  }
  if (!at_end_of_record(rest) && rest.front() != ',') {
    return csv_error(text, rest, "extraneous or missing \" in quoted-field");
  }
  return value;
}

bool needs_quotes(std::string_view value) {
  return value == "\\." || value.find_first_of(",\"\r\n") != std::string_view::npos ||
         (!value.empty() && (value.front() == ' ' || value.front() == '\t'));
}

}  // namespace

Result<std::vector<std::string>> parse_csv_record(std::string_view text) {
  std::vector<std::string> values;
  if (text.empty()) return values;
  std::string_view rest = text;
  while (rest.starts_with('\n') || rest.starts_with("\r\n")) {  // empty lines are no records
    rest.remove_prefix(rest.front() == '\n' ? 1 : 2);
  }
  if (rest.empty()) return fail("EOF");
  for (;;) {
    auto value = rest.starts_with('"') ? take_quoted(text, rest) : take_plain(text, rest);
    if (!value) return tl::unexpected(value.error());
    values.push_back(*std::move(value));
    if (at_end_of_record(rest)) return values;
    rest.remove_prefix(1);  // the comma
  }
}

std::string csv_record(const std::vector<std::string>& values) {
  std::string record;
  for (const std::string& value : values) {
    if (&value != &values.front()) record += ',';
    if (!needs_quotes(value)) {
      record += value;
      continue;
    }
    record += '"';
    for (const char c : value) record.append(c == '"' ? 2 : 1, c);
    record += '"';
  }
  return record;
}

}  // namespace kaudit
