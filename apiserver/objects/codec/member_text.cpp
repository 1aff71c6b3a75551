#include "apiserver/objects/codec/member_text.hpp"

#include <cstddef>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {
namespace {

/// A position in valid, compact JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view json) : rest_(json) {}

  /// Into the object that begins here, to the value of a member. False when there is none.
  bool enter(std::string_view member) {
    if (rest_.empty() || rest_.front() != '{') return false;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() == '"') {
      const std::string_view name = take_value();
      rest_.remove_prefix(1);  // the colon
      if (name.substr(1, name.size() - 2) == member) return true;
      take_value();
      if (rest_.empty() || rest_.front() != ',') return false;
      rest_.remove_prefix(1);
    }
    return false;
  }

  /// The text of the value that begins here. Nesting is counted, not followed.
  std::string_view take_value() {
    std::size_t depth = 0;
    std::size_t end = 0;
    while (end < rest_.size()) {
      const char c = rest_[end];
      if (c == '"') {
        end = end_of_string(end);
        if (depth == 0) break;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) break;  // of what is around this value
        if (--depth == 0) {
          ++end;
          break;
        }
      }
      if (c == ',' && depth == 0) break;
      ++end;
    }
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return value;
  }

 private:
  std::size_t end_of_string(std::size_t begin) const {
    std::size_t at = begin + 1;
    while (at < rest_.size() && rest_[at] != '"') at += rest_[at] == '\\' ? 2 : 1;
    return at + 1;
  }

  std::string_view rest_;
};

}  // namespace

std::string_view member_text(std::string_view json, std::string_view path, std::string& scratch) {
  Scanner scanner(json);
  for (;;) {
    const std::size_t dot = path.find('.');
    if (!scanner.enter(path.substr(0, dot))) return {};
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  const std::string_view value = scanner.take_value();
  if (value.empty() || value == "null" || value.front() == '{' || value.front() == '[') return {};
  if (value.front() != '"') return value;
  if (value.find('\\') == std::string_view::npos) return value.substr(1, value.size() - 2);
  const auto decoded = Json::parse(value);
  if (!decoded || decoded->string() == nullptr) return {};
  scratch = *decoded->string();
  return scratch;
}

}  // namespace kaudit::apiserver::objects
