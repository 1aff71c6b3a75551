#include "apiserver/api/read/list_validation.hpp"

#include <array>
#include <string>
#include <vector>

#include "apiserver/api/status_errors.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

constexpr std::string_view kMatch = "resourceVersionMatch";
constexpr std::string_view kNotOlderThan = "NotOlderThan";
constexpr std::string_view kExact = "Exact";
constexpr std::array<std::string_view, 3> kListMatches = {kExact, kNotOlderThan, ""};
constexpr std::array<std::string_view, 1> kWatchMatches = {kNotOlderThan};

using Errors = std::vector<FieldError>;

void forbid(Errors& errors, std::string_view field, std::string_view detail) {
  errors.push_back(FieldError::forbidden(std::string(field), detail));
}

Errors check_list(const request::ListOptions& options) {
  Errors errors;
  const std::string& match = options.resource_version_match;
  if (!match.empty()) {
    if (options.resource_version.empty()) {
      forbid(errors, kMatch,
             "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!options.continue_token.empty()) {
      forbid(errors, kMatch, "resourceVersionMatch is forbidden when continue is provided");
    }
    if (match != kExact && match != kNotOlderThan) {
      errors.push_back(
          FieldError::not_supported(std::string(kMatch), go_quoted(match), kListMatches));
    }
    if (match == kExact && options.resource_version == "0") {
      forbid(errors, kMatch,
             "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
  }
  if (options.send_initial_events) {
    forbid(errors, "sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  return errors;
}

Errors check_watch(const request::ListOptions& options) {
  Errors errors;
  const std::string& match = options.resource_version_match;
  if (options.send_initial_events && match != kNotOlderThan) {
    forbid(errors, kMatch,
           "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (match.empty()) return errors;
  if (!options.send_initial_events) {
    forbid(errors, kMatch,
           "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  }
  if (match != kNotOlderThan) {
    errors.push_back(
        FieldError::not_supported(std::string(kMatch), go_quoted(match), kWatchMatches));
  }
  if (!options.continue_token.empty()) {
    forbid(errors, kMatch, "resourceVersionMatch is forbidden when continue is provided");
  }
  return errors;
}

}  // namespace

Expected<request::ListOptions> read_list_options(const Call& call) {
  auto options = request::parse_list_options(call.scope.url);
  if (!options) return tl::unexpected(bad_request(options.error().message));
  // By the query alone: on the old /api/v1/watch/… paths it need not say that this is a watch.
  const Errors errors = options->watch ? check_watch(*options) : check_list(*options);
  if (!errors.empty()) {
    return tl::unexpected(invalid("meta.k8s.io", "ListOptions", "", errors));
  }
  return *std::move(options);
}

}  // namespace kaudit::apiserver::api
