#include "apiserver/objects/apply/go_syntax.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "apiserver/objects/patch/go_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

constexpr std::size_t kMaxShownDepth = 16;

void append(std::string& out, const Json& value, std::size_t depth) {
  if (const auto* text = value.string()) {
    append_quoted(out, *text);
  } else if (value.is_null()) {
    out += "interface {}(nil)";
  } else if (!value.object() && !value.array()) {
    out += patch::go_text(value);
  } else if (depth == kMaxShownDepth) {
    out += "...";
  } else if (const Json::Array* elements = value.array()) {
    out += "[]interface {}{";
    for (const Json& element : *elements) {
      if (&element != elements->data()) out += ", ";
      append(out, element, depth + 1);
    }
    out += '}';
  } else {
    Json sorted = value;
    sorted.sort_members();
    out += "map[string]interface {}{";
    for (const Json::Member& member : *sorted.object()) {
      if (&member != sorted.object()->data()) out += ", ";
      append_quoted(out, member.name);
      out += ':';
      append(out, member.value, depth + 1);
    }
    out += '}';
  }
}

}  // namespace

std::string go_syntax(const Json& value) {
  std::string out;
  append(out, value, 0);
  return out;
}

}  // namespace kaudit::apiserver::objects::apply
