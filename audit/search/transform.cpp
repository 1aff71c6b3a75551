#include "audit/search/transform.hpp"

#include <string>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"

namespace kaudit::audit::search {
namespace {

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

std::string_view to_string(Transform transform) noexcept {
  switch (transform) {
    case Transform::None:
      return "";
    case Transform::Lower:
      return "tolower";
    case Transform::Upper:
      return "toupper";
    case Transform::Base64:
      return "b64";
    case Transform::BaseName:
      return "basename";
    case Transform::Length:
      return "len";
  }
  return "";
}

FieldValues transformed(const FieldValues& values, Transform transform, TextArena& arena) {
  FieldValues out;
  const auto add = [&](std::string text) { out.add(arena.add() = std::move(text)); };
  if (transform == Transform::Length) {
    const auto texts = values.texts();
    add(std::to_string(texts.size() == 1 ? texts.front().size() : texts.size()));
    return out;
  }
  for (const std::string_view text : values.texts()) {
    switch (transform) {
      case Transform::Lower:
        add(lower_case(text));
        break;
      case Transform::Upper:
        add(upper_case(text));
        break;
      case Transform::Base64:
        if (auto decoded = base64_decode(text)) add(*std::move(decoded));
        break;
      case Transform::BaseName:
        out.add(text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1));
        break;
      case Transform::None:
      case Transform::Length:
        out.add(text);
        break;
    }
  }
  return out;
}

}  // namespace kaudit::audit::search
