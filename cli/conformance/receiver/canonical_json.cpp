#include "cli/conformance/receiver/canonical_json.hpp"

#include <map>

#include "base/json/json_cursor.hpp"
#include "base/json/json_text.hpp"
#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"

namespace kaudit::cli {
namespace {

using Kind = JsonCursor::Kind;

constexpr int kDeepest = 1000;

void append_canonical(std::string& out, JsonCursor& cursor, int depth);

void append_object(std::string& out, JsonCursor& cursor, int depth) {
  std::map<std::string, std::string> members;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string key(cursor.key());
    std::string value;
    append_canonical(value, cursor, depth);
    members.insert_or_assign(key, std::move(value));
  }
  out += '{';
  for (const auto& [key, value] : members) {
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    out += value;
  }
  out += '}';
}

void append_array(std::string& out, JsonCursor& cursor, int depth) {
  out += '[';
  bool first = true;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    if (!first) out += ',';
    first = false;
    append_canonical(out, cursor, depth);
  }
  out += ']';
}

void append_canonical(std::string& out, JsonCursor& cursor, int depth) {
  if (depth > kDeepest) {
    out += cursor.skip();
    return;
  }
  switch (cursor.kind()) {
    case Kind::Object:
      append_object(out, cursor, depth + 1);
      return;
    case Kind::Array:
      append_array(out, cursor, depth + 1);
      return;
    case Kind::String:
      append_json_string(out, cursor.string());
      return;
    case Kind::Number:
      out += canonical_number(cursor.skip());
      return;
    case Kind::Boolean:
    case Kind::Null:
      out += cursor.skip();
      return;
  }
}

}  // namespace

std::string canonical_number(std::string_view number) {
  std::string_view rest = number;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  std::string digits;
  std::int64_t exponent = 0;
  std::size_t at = 0;
  bool in_fraction = false;
  for (; at < rest.size() && (is_digit(rest[at]) || rest[at] == '.'); ++at) {
    if (rest[at] == '.') {
      in_fraction = true;
      continue;
    }
    digits += rest[at];
    if (in_fraction) --exponent;
  }
  if (at < rest.size()) {  // e or E
    const auto power = parse_int64(rest.substr(at + 1));
    constexpr std::int64_t kMost = std::int64_t{1} << 60U;
    if (!power || *power > kMost || *power < -kMost) return std::string(number);
    exponent += *power;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  while (digits.ends_with('0')) {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty()) return "0";
  return (negative ? "-" : "") + digits + (exponent != 0 ? "e" + std::to_string(exponent) : "");
}

std::string canonical_json(std::string_view compact) {
  std::string out;
  JsonCursor cursor(compact);
  append_canonical(out, cursor, 0);
  return out;
}

}  // namespace kaudit::cli
