#include "apiserver/request/url_query.hpp"

#include <algorithm>
#include <optional>

#include "base/text/percent.hpp"

namespace kaudit::apiserver::request {
namespace {

constexpr std::size_t kMaxPairs = 10'000;

std::optional<std::string> unescape_component(std::string_view text) {
  if (text.find_first_of("%+") == std::string_view::npos) {
    return std::string(text);
  }
  auto unescaped = unescape(text, UrlPart::Query);
  return unescaped ? std::optional(std::move(*unescaped)) : std::nullopt;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (query.empty()) {
    return pairs;
  }
  const auto count = static_cast<std::size_t>(std::count(query.begin(), query.end(), '&')) + 1;
  if (count > kMaxPairs) {
    return pairs;
  }
  pairs.reserve(count);
  for (bool more = true; more;) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    more = end != std::string_view::npos;
    query.remove_prefix(more ? end + 1 : query.size());
    if (pair.empty() || pair.find(';') != std::string_view::npos) {
      continue;
    }
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = unescape_component(pair.substr(0, equals));
    auto value = unescape_component(pair.substr(std::min(equals + 1, pair.size())));
    if (name && value) {
      pairs.emplace_back(std::move(*name), std::move(*value));
    }
  }
  return pairs;
}

}  // namespace kaudit::apiserver::request
