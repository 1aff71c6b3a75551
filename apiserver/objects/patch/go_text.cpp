#include "apiserver/objects/patch/go_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace kaudit::apiserver::objects::patch {
namespace {

// A float as its shortest digits that read back: d.ddd × 10^exponent.
struct Shortest {
  std::string digits;
  int exponent;
};

Shortest shortest_digits(double value) {
  char buffer[64];
  char* const end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::scientific).ptr;
  *end = '\0';
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  Shortest shortest{std::string(text.substr(0, 1)), std::atoi(text.data() + e + 1)};
  if (e > 2) shortest.digits += text.substr(2, e - 2);
  return shortest;
}

// strconv.FormatFloat with the shortest digits: with an exponent where it is below `low` or from
// `high` on. (to_chars alone would write large numbers out digit by digit, beyond what they know)
std::string shown_float(double value, int low, int high) {
  std::string text = std::signbit(value) ? "-" : "";
  if (value == 0) return text + "0";
  auto [digits, exponent] = shortest_digits(std::fabs(value));
  const auto count = static_cast<int>(digits.size());
  if (exponent < low || exponent >= high) {
    text += digits.substr(0, 1);
    if (count > 1) text.append(".").append(digits, 1);
    const int size = std::abs(exponent);
    return text.append(exponent < 0 ? "e-" : "e+").append(size < 10 ? "0" : "") +
           std::to_string(size);
  }
  if (exponent < 0) {
    return text + "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
  }
  if (exponent + 1 >= count) {
    return text + digits + std::string(static_cast<std::size_t>(exponent) + 1 - digits.size(), '0');
  }
  return text + digits.insert(static_cast<std::size_t>(exponent) + 1, ".");
}

struct OpenValue {
  std::vector<const Json::Member*> members;  // of an object, by name
  const Json* container;
  std::size_t next = 0;
};

void append_scalar(std::string& out, const Json& value) {
  if (value.is_null()) {
    out += "<nil>";
  } else if (const auto* text = value.string()) {
    out += *text;
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const Json::Number* number = value.number()) {
    out += is_int64(*number) ? std::string(number->text)
                             : shown_float(std::strtod(number->text.c_str(), nullptr), -4, 21);
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
  std::string text = shown_float(value, -6, 21);
  // e-07 is written e-7
  const std::size_t exponent = text.find("e-0");
  if (exponent != std::string::npos) text.erase(exponent + 2, 1);
  return text;
}

std::string go_text(const Json& root) {
  std::string out;
  std::vector<OpenValue> open;
  const auto begin = [&](const Json& value) {
    if (const Json::Object* members = value.object()) {
      out += "map[";
      OpenValue& top = open.emplace_back(OpenValue{{}, &value});
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
    OpenValue& top = open.back();
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

}  // namespace kaudit::apiserver::objects::patch
