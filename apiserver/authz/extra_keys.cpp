#include "apiserver/authz/extra_keys.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/dns_name.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::authz {
namespace {

constexpr std::string_view kSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kPathRule =
    "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
constexpr std::string_view kPathCharacters = "/-._~%!$&'()*+,;=:";

std::string invalid(std::string_view value, std::string_view why) {
  return "extra.key: Invalid value: " + go_quoted(value) + ": " + std::string(why);
}

bool is_path(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || kPathCharacters.find(c) != std::string_view::npos;
  });
}

std::vector<std::string> faults_of(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == key.size()) {
    return {invalid(key, "must be a domain-prefixed path (such as \"acme.io/foo\")")};
  }
  const std::string_view host = key.substr(0, slash);
  const std::string_view path = key.substr(slash + 1);
  std::vector<std::string> faults;
  if (host.size() > kMaxDnsSubdomain) {
    faults.push_back(invalid(host, "must be no more than 253 bytes"));
  }
  if (!has_dns_subdomain_form(host)) faults.push_back(invalid(host, kSubdomainRule));
  if (!is_path(path)) faults.push_back(invalid(path, kPathRule));
  return faults;
}

}  // namespace

Result<void> check_extra(const audit::UserInfo::Extra& extra) {
  for (const auto& [key, values] : extra) {
    if (key.empty()) return fail("impersonating the empty string key in extra is not allowed");
    if (const auto faults = faults_of(key); !faults.empty()) {
      const std::string all = joined(faults, ", ");
      return fail("impersonating an invalid key in extra is not allowed: " +
                  (faults.size() == 1 ? all : "[" + all + "]"));
    }
    if (key != lower_case(key)) {
      return fail("impersonating a non-lowercase key in extra is not allowed: " + go_quoted(key));
    }
    if (!values || values->empty()) {
      return fail("impersonating empty values in extra is not allowed");
    }
    if (std::find(values->begin(), values->end(), "") != values->end()) {
      return fail("impersonating the empty string value in extra is not allowed");
    }
  }
  return {};
}

}  // namespace kaudit::apiserver::authz
