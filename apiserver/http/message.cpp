#include "apiserver/http/message.hpp"

#include <algorithm>
#include <utility>

#include "base/http1/header_syntax.hpp"

namespace kaudit::apiserver::http {
std::optional<std::string_view> Headers::first(std::string_view name) const noexcept {
  for (const Header& line : lines_) {
    if (equals_ignoring_case(line.name, name)) {
      return line.value;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& line : lines_) {
    if (equals_ignoring_case(line.name, name)) {
      values.emplace_back(line.value);
    }
  }
  return values;
}

void Headers::add(std::string name, std::string value) {
  lines_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  const auto found = std::find_if(lines_.begin(), lines_.end(), [&](const Header& line) {
    return equals_ignoring_case(line.name, name);
  });
  if (found == lines_.end()) {
    add(std::string(name), std::move(value));
    return;
  }
  found->value = std::move(value);
  lines_.erase(
      std::remove_if(found + 1, lines_.end(),
                     [&](const Header& line) { return equals_ignoring_case(line.name, name); }),
      lines_.end());
}

void Headers::remove(std::string_view name) noexcept {
  lines_.erase(
      std::remove_if(lines_.begin(), lines_.end(),
                     [&](const Header& line) { return equals_ignoring_case(line.name, name); }),
      lines_.end());
}

}  // namespace kaudit::apiserver::http
