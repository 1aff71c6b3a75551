#include "apiserver/http/message.hpp"

#include <atomic>

#include "base/http1/header_syntax.hpp"

namespace kaudit::apiserver::http {

std::optional<std::string_view> Headers::first(std::string_view name) const noexcept {
  for (const Header line : lines_) {
    if (equals_ignoring_case(line.name, name)) return line.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header line : lines_) {
    if (equals_ignoring_case(line.name, name)) values.push_back(line.value);
  }
  return values;
}

void Headers::set(std::string_view name, std::string_view value) {
  bool found = false;
  for (std::size_t at = 0; at < lines_.size();) {
    if (!equals_ignoring_case(lines_[at].name, name)) {
      ++at;
    } else if (found) {
      lines_.erase(at);
    } else {
      lines_.set_value(at++, value);
      found = true;
    }
  }
  if (!found) add(name, value);
}

void Headers::remove(std::string_view name) noexcept {
  for (std::size_t at = lines_.size(); at-- > 0;) {
    if (equals_ignoring_case(lines_[at].name, name)) lines_.erase(at);
  }
}

std::uint64_t next_lines_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return 1 + last.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace kaudit::apiserver::http
