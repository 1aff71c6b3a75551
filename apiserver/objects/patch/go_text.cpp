#include "apiserver/objects/patch/go_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace kaudit::apiserver::objects {
namespace {

// The shortest digits that read back, with an exponent where it is below -`low` or from `high` on.
std::string shortest(double value, int low, int high) {
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  const auto exponent = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  char buffer[400];
  const bool scientific = std::fabs(value) < std::pow(10, -low) || exponent >= high;
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value, format).ptr;
  return {buffer, end};
}

struct Open {
  std::vector<const Json::Member*> members;  // of an object, by name
  const Json* container;
  std::size_t next = 0;
};

void append_scalar(std::string& out, const Json& value) {
  if (value.is_null()) {
    out += "<nil>";
  } else if (const std::string* text = value.string()) {
    out += *text;
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const Json::Number* number = value.number()) {
    out += is_int64(*number) ? number->text
                             : shortest(std::strtod(number->text.c_str(), nullptr), 4, 21);
  }
}

}  // namespace

bool is_int64(const Json::Number& number) noexcept {
  std::int64_t value = 0;
  const char* end = number.text.data() + number.text.size();
  const auto read = std::from_chars(number.text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end;
}

std::string json_float(double value) {
  std::string text = shortest(value, 6, 21);
  // e-07 is written e-7
  const std::size_t exponent = text.find("e-0");
  if (exponent != std::string::npos) text.erase(exponent + 2, 1);
  return text;
}

std::string go_text(const Json& root) {
  std::string out;
  std::vector<Open> open;
  const auto begin = [&](const Json& value) {
    if (const Json::Object* members = value.object()) {
      out += "map[";
      Open& top = open.emplace_back(Open{{}, &value});
      for (const Json::Member& member : *members) top.members.push_back(&member);
      std::sort(top.members.begin(), top.members.end(),
                [](const Json::Member* a, const Json::Member* b) { return a->name < b->name; });
    } else if (value.array()) {
      out += '[';
      open.push_back({{}, &value});
    } else {
      append_scalar(out, value);
    }
  };
  begin(root);
  while (!open.empty()) {
    Open& top = open.back();
    const Json::Array* elements = top.container->array();
    if (top.next == (elements ? elements->size() : top.members.size())) {
      out += ']';
      open.pop_back();
      continue;
    }
    if (top.next != 0) out += ' ';
    const std::size_t index = top.next++;
    if (elements) {
      begin((*elements)[index]);
    } else {
      const Json::Member& member = *top.members[index];
      out.append(member.name) += ':';
      begin(member.value);
    }
  }
  return out;
}

std::string go_string_verb(const Json& value) {
  if (value.string() || value.object() || value.array()) return go_text(value);
  if (value.is_null()) return "%!s(<nil>)";
  return "%!s(" + std::string(go_type(value)) + "=" + go_text(value) + ")";
}

std::string_view go_type(const Json& value) noexcept {
  if (value.object()) return "map[string]interface {}";
  if (value.array()) return "[]interface {}";
  if (value.string()) return "string";
  if (value.boolean()) return "bool";
  if (const Json::Number* number = value.number()) return is_int64(*number) ? "int64" : "float64";
  return "%!s(<nil>)";
}

}  // namespace kaudit::apiserver::objects
