#include "apiserver/api/resource_version.hpp"

#include <charconv>
#include <string>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {

Result<std::uint64_t> parse_version_number(std::string_view text) {
  std::uint64_t version = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, version);
  if (error == std::errc() && stop == end) return version;
  const std::string_view why =
      error == std::errc::result_out_of_range ? "value out of range" : "invalid syntax";
  return fail("strconv.ParseUint: parsing " + go_quoted(text) + ": " + std::string(why));
}

Result<std::uint64_t> parse_resource_version(std::string_view text) {
  auto version = parse_version_number(text);
  if (version) return version;
  return fail("resourceVersion: Invalid value: " + go_quoted(text) + ": " +
              version.error().message);
}

}  // namespace kaudit::apiserver::api
