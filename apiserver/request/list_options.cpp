#include "apiserver/request/list_options.hpp"

#include <array>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::request {
namespace {

using Setter = Result<void> (*)(ListOptions&, std::string_view value);

struct Parameter {
  std::string_view name;
  Setter set;
};

Result<std::int64_t> parse_integer(std::string_view value) {
  const auto parsed = parse_int64(value);
  if (parsed) {
    return *parsed;
  }
  const std::string_view why =
      parsed.error() == IntegerError::Range ? "value out of range" : "invalid syntax";
  return fail("strconv.ParseInt: parsing " + go_quoted(value) + ": " + std::string(why));
}

/// Assigns what was parsed, or passes its error on.
template <typename Target, typename Parsed>
Result<void> assign(Target& target, Result<Parsed> parsed) {
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  target = std::move(*parsed);
  return {};
}

constexpr std::array<Parameter, 10> kParameters{{
    {"labelSelector",
     [](ListOptions& options, std::string_view value) {
       return assign(options.label_selector, LabelSelector::parse(value));
     }},
    {"fieldSelector",
     [](ListOptions& options, std::string_view value) {
       return assign(options.field_selector, FieldSelector::parse(value));
     }},
    {"watch",
     [](ListOptions& options, std::string_view value) -> Result<void> {
       options.watch = is_true_parameter(value);
       return {};
     }},
    {"allowWatchBookmarks",
     [](ListOptions& options, std::string_view value) -> Result<void> {
       options.allow_watch_bookmarks = is_true_parameter(value);
       return {};
     }},
    {"resourceVersion",
     [](ListOptions& options, std::string_view value) -> Result<void> {
       options.resource_version = value;
       return {};
     }},
    {"resourceVersionMatch",
     [](ListOptions& options, std::string_view value) -> Result<void> {
       options.resource_version_match = value;
       return {};
     }},
    {"timeoutSeconds",
     [](ListOptions& options, std::string_view value) {
       return assign(options.timeout_seconds, parse_integer(value));
     }},
    {"limit", [](ListOptions& options,
                 std::string_view value) { return assign(options.limit, parse_integer(value)); }},
    {"continue",
     [](ListOptions& options, std::string_view value) -> Result<void> {
       options.continue_token = value;
       return {};
     }},
    {"sendInitialEvents",
     [](ListOptions& options, std::string_view value) -> Result<void> {
       options.send_initial_events = is_true_parameter(value);
       return {};
     }},
}};

}  // namespace

bool is_true_parameter(std::string_view value) noexcept {
  return value != "0" && !equals_ignoring_case(value, "false");
}

Result<ListOptions> parse_list_options(const Url& url) {
  ListOptions options;
  if (url.query().empty()) {
    return options;
  }
  for (const auto& [name, set] : kParameters) {
    if (!url.has_parameter(name)) {
      continue;
    }
    if (auto done = set(options, url.parameter(name)); !done) {
      return tl::unexpected(done.error());
    }
  }
  return options;
}

}  // namespace kaudit::apiserver::request
