#include "apiserver/api/read/scheme_name_port.hpp"

#include <algorithm>

#include "base/text/list.hpp"

namespace kaudit::apiserver::api {

std::optional<SchemeNamePort> SchemeNamePort::parse(std::string_view text) noexcept {
  const auto colons = std::count(text.begin(), text.end(), ':');
  if (colons > 2) return std::nullopt;
  SchemeNamePort parsed;
  if (colons == 2) {
    parsed.scheme = take_until(text, ':');
  }
  parsed.name = take_until(text, ':');
  parsed.port = text;
  const bool known = parsed.scheme.empty() || parsed.scheme == "http" || parsed.scheme == "https";
  if (parsed.name.empty() || !known) return std::nullopt;
  return parsed;
}

}  // namespace kaudit::apiserver::api
