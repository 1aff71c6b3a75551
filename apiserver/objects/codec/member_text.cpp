#include "apiserver/objects/codec/member_text.hpp"

#include <cstddef>

#include "base/json/json_cursor.hpp"
#include "base/json/json_string.hpp"

namespace kaudit::apiserver::objects {
namespace {

using Kind = JsonCursor::Kind;

/// Into the object that comes next, to the value of a member. False when there is none.
bool enter(JsonCursor& cursor, std::string_view member) {
  if (cursor.kind() != Kind::Object) return false;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    if (cursor.key() == member) return true;
    cursor.skip();
  }
  return false;
}

}  // namespace

std::string_view member_text(std::string_view json, std::string_view path, std::string& scratch) {
  if (json.empty()) return {};
  JsonCursor cursor(json);
  for (;;) {
    const std::size_t dot = path.find('.');
    if (!enter(cursor, path.substr(0, dot))) return {};
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  switch (cursor.kind()) {
    case Kind::Object:
    case Kind::Array:
    case Kind::Null:
      return {};
    case Kind::Number:
    case Kind::Boolean:
      return cursor.skip();
    case Kind::String:
      break;
  }
  JsonCursor again = cursor;
  const std::string_view value = again.skip();
  if (const auto text = unescaped_json_text(value)) return *text;
  scratch = cursor.string();
  return scratch;
}

}  // namespace kaudit::apiserver::objects
