#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apiserver/request/field_selector.hpp"
#include "apiserver/request/label_selector.hpp"
#include "apiserver/request/url.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// The query parameters of list, watch and deletecollection (meta/internalversion ListOptions). Of
/// a parameter given several times the first counts.
struct ListOptions {
  LabelSelector label_selector;
  FieldSelector field_selector;
  bool watch = false;
  bool allow_watch_bookmarks = false;
  std::string resource_version;
  std::string resource_version_match;
  std::optional<std::int64_t> timeout_seconds;
  std::int64_t limit = 0;
  std::string continue_token;
  std::optional<bool> send_initial_events;
};

/// A boolean parameter, as Kubernetes' conversion reads it: false for `false` (in any case) and
/// `0`, true for whatever else, the empty value included.
bool is_true_parameter(std::string_view value) noexcept;

/// The same for the parameter of that name; false when it is absent.
inline bool is_set(const Url& url, std::string_view name) {
  return url.has_parameter(name) && is_true_parameter(url.parameter(name));
}

/// Error: what is not a selector or a number; the text is what Kubernetes answers with 400. What is
/// unknown is ignored.
Result<ListOptions> parse_list_options(const Url& url);

}  // namespace kaudit::apiserver::request
