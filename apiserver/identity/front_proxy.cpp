#include "apiserver/identity/front_proxy.hpp"

#include <algorithm>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/percent.hpp"

namespace kaudit::apiserver::identity {
namespace {

/// The first line of the first header that has text.
std::string first_value(const http::Headers& headers, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (const auto value = headers.first(name); value && !value->empty()) {
      return std::string(*value);
    }
  }
  return {};
}

std::vector<std::string> all_values(const http::Headers& headers,
                                    const std::vector<std::string>& names) {
  std::vector<std::string> values;
  for (const auto& name : names) {
    for (const auto value : headers.all(name)) {
      if (!value.empty()) {
        values.emplace_back(value);
      }
    }
  }
  return values;
}

/// What follows the prefix in a header's name; a key that no header can spell comes percent-coded.
std::string extra_key(std::string_view suffix) {
  auto escaped = lower_case(suffix);
  auto key = unescape(escaped, UrlPart::Path);
  return key ? std::move(*key) : escaped;
}

}  // namespace

FrontProxyAuthenticator::FrontProxyAuthenticator(FrontProxyOptions options)
    : options_(std::move(options)) {}

AuthenticationResult FrontProxyAuthenticator::authenticate(const http::Request& request) const {
  AuthenticationResult result;
  if (!request.peer.certificate) {
    return result;
  }
  if (!is_believed(*request.peer.certificate)) {
    result.outcome = Authentication::Failed;
    return result;
  }
  auto name = first_value(request.headers, options_.username_headers);
  if (name.empty()) {
    return result;
  }
  result.outcome = Authentication::Authenticated;
  audit::UserInfo& user = result.user.edit();
  user.username = std::move(name);
  user.uid = first_value(request.headers, options_.uid_headers);
  user.groups = all_values(request.headers, options_.group_headers);
  user.extra = extra_of(request.headers);
  return result;
}

bool FrontProxyAuthenticator::is_believed(const http::PeerCertificate& certificate) const {
  const auto& names = options_.allowed_names;
  return options_.pool->verify(certificate) &&
         (names.empty() ||
          std::find(names.begin(), names.end(), certificate.common_name()) != names.end());
}

audit::UserInfo::Extra FrontProxyAuthenticator::extra_of(const http::Headers& headers) const {
  audit::UserInfo::Extra extra;
  for (const auto& prefix : options_.extra_headers_prefix) {
    for (const auto [name, value] : headers.lines()) {
      if (equals_ignoring_case(name.substr(0, prefix.size()), prefix)) {
        auto& values = extra[extra_key(name.substr(prefix.size()))];
        if (!values) {
          values.emplace();
        }
        values->emplace_back(value);
      }
    }
  }
  return extra;
}

}  // namespace kaudit::apiserver::identity
