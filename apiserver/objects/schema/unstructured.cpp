#include "apiserver/objects/schema/unstructured.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "apiserver/objects/patch/go_text.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

// An int64 or a float64, as encoding/json writes it again.
std::string go_number(const Json::Number& number) {
  std::int64_t whole = 0;
  const char* const end = number.text.data() + number.text.size();
  const auto read = std::from_chars(number.text.data(), end, whole);
  if (read.ec == std::errc() && read.ptr == end) return std::to_string(whole);  // -0 is 0
  return patch::json_float(std::strtod(number.text.c_str(), nullptr));
}

}  // namespace

void make_unstructured(Json& root) {
  std::vector<Json*> open{&root};
  while (!open.empty()) {
    Json& value = *open.back();
    open.pop_back();
    if (const Json::Number* number = value.number()) {
      std::string text = go_number(*number);
      if (text != number->text) value = Json(Json::Number{std::move(text)});
    } else if (value.object()) {
      value.sort_members();
      for (Json::Member& member : *value.object()) open.push_back(&member.value);
    } else if (Json::Array* elements = value.array()) {
      for (Json& element : *elements) open.push_back(&element);
    }
  }
}

}  // namespace kaudit::apiserver::objects::schema
