#include "apiserver/objects/validate/words/name_rules.hpp"

#include "base/text/ascii.hpp"
#include "base/text/dns_name.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation "
    "is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kLabelRule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and "
    "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation "
    "is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kLabel1035Rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic "
    "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used "
    "for "
    "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

std::string longer_than(std::size_t limit) {
  return "must be no more than " + std::to_string(limit) + " characters";
}

std::vector<std::string> label_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > kMaxDnsLabel) errors.push_back(longer_than(kMaxDnsLabel));
  if (!has_dns_label_form(name)) {
    errors.emplace_back(has_dns_subdomain_form(name) ? "must not contain dots" : kLabelRule);
  }
  return errors;
}

std::vector<std::string> path_prefix_errors(std::string_view name) {
  std::vector<std::string> errors;
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string_view::npos) {
      errors.push_back(std::string("may not contain '") + c + "'");
    }
  }
  return errors;
}

}  // namespace

std::vector<std::string> name_errors(NameRule rule, std::string_view name) {
  std::vector<std::string> errors;
  switch (rule) {
    case NameRule::DnsSubdomain:
      if (name.size() > kMaxDnsSubdomain) errors.push_back(longer_than(kMaxDnsSubdomain));
      if (!has_dns_subdomain_form(name)) errors.emplace_back(kSubdomainRule);
      return errors;
    case NameRule::DnsLabel:
      return label_errors(name);
    case NameRule::Dns1035Label:
      if (name.size() > kMaxDnsLabel) errors.push_back(longer_than(kMaxDnsLabel));
      if (!has_dns_label_form(name) || !is_lower(name.front())) errors.emplace_back(kLabel1035Rule);
      return errors;
    case NameRule::PathSegment:
      if (name == "." || name == "..") return {"may not be '" + std::string(name) + "'"};
      return path_prefix_errors(name);
  }
  return errors;
}

std::vector<std::string> name_prefix_errors(NameRule rule, std::string_view prefix) {
  if (rule == NameRule::PathSegment) return path_prefix_errors(prefix);
  // (apimachinery maskTrailingDash)
  std::string masked(prefix);
  if (masked.size() > 1 && masked.back() == '-') {
    masked.resize(masked.size() - 2);
    masked += 'a';
  }
  return name_errors(rule, masked);
}

}  // namespace kaudit::apiserver::objects::validate
