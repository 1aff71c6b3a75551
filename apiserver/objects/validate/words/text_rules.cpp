#include "apiserver/objects/validate/words/text_rules.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <optional>

#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/ascii.hpp"
#include "base/text/dns_name.hpp"
#include "base/text/integer.hpp"
#include "base/text/ip_address.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::size_t kMaxPortName = 15;
constexpr std::size_t kMaxKey = 253;

std::string no_more_than(std::size_t limit) {
  return "must be no more than " + std::to_string(limit) + " characters";
}

bool is_prefix_length(std::string_view text, bool is_v4) noexcept {
  if (text.empty() || text.size() > 3) return false;
  if (!std::all_of(text.begin(), text.end(), is_digit)) return false;
  return parse_int64(text).value_or(129) <= (is_v4 ? 32 : 128);
}

/// The bits of a network's address, from the front, and how many of them count.
struct Network {
  std::array<unsigned char, 16> bytes{};
  int family = AF_INET;
  std::size_t length = 0;
};

std::optional<Network> network_of(std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Network network;
  const std::string address(cidr.substr(0, slash));
  network.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(network.family, address.c_str(), network.bytes.data()) != 1) return std::nullopt;
  network.length = static_cast<std::size_t>(parse_int64(cidr.substr(slash + 1)).value_or(0));
  return network;
}

bool bit_of(const Network& network, std::size_t bit) {
  return (network.bytes[bit / 8] >> (7 - bit % 8) & 1U) != 0;
}

}  // namespace

std::string range_error(std::int64_t min, std::int64_t max) {
  return "must be between " + std::to_string(min) + " and " + std::to_string(max) + ", inclusive";
}

std::vector<std::string> port_name_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > kMaxPortName) errors.push_back(no_more_than(kMaxPortName));
  const bool known_characters = std::all_of(
      name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  if (name.empty() || !known_characters) {
    errors.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (std::none_of(name.begin(), name.end(), is_lower)) {
    errors.emplace_back("must contain at least one letter (a-z)");
  }
  if (name.find("--") != std::string_view::npos) {
    errors.emplace_back("must not contain consecutive hyphens");
  }
  if (name.starts_with('-') || name.ends_with('-')) {
    errors.emplace_back("must not begin or end with a hyphen");
  }
  return errors;
}

std::vector<std::string> port_number_errors(std::int64_t port) {
  constexpr std::int64_t kMaxPort = 65'535;
  if (port >= 1 && port <= kMaxPort) return {};
  return {range_error(1, kMaxPort)};
}

std::vector<std::string> variable_name_errors(std::string_view name) {
  const bool printable = std::all_of(name.begin(), name.end(),
                                     [](char c) { return c >= ' ' && c <= '~' && c != '='; });
  if (printable) return {};
  return {
      "a valid environment variable name must consist only of printable ASCII characters other "
      "than '='"};
}

std::vector<std::string> config_key_errors(std::string_view key) {
  std::vector<std::string> errors;
  if (key.size() > kMaxKey) errors.push_back(no_more_than(kMaxKey));
  const bool known_characters = std::all_of(key.begin(), key.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
  if (key.empty() || !known_characters) {
    errors.emplace_back(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
        "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
        "'[-._a-zA-Z0-9]+')");
  }
  if (key == ".") {
    errors.emplace_back("must not be '.'");
  } else if (key == "..") {
    errors.emplace_back("must not be '..'");
  } else if (key.starts_with("..")) {
    errors.emplace_back("must not start with '..'");
  }
  return errors;
}

std::vector<std::string> percent_errors(std::string_view text) {
  const bool is_percent =
      text.size() > 1 && text.ends_with('%') && std::all_of(text.begin(), text.end() - 1, is_digit);
  if (is_percent) return {};
  return {
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or "
      "'93%', regex used for validation is '[0-9]+%')"};
}

std::vector<std::string> header_name_errors(std::string_view name) {
  const bool known_characters =
      std::all_of(name.begin(), name.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
  if (!name.empty() && known_characters) return {};
  return {
      "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', "
      "regex used for validation is '[-A-Za-z0-9]+')"};
}

std::vector<std::string> wildcard_subdomain_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > kMaxKey) errors.push_back(no_more_than(kMaxKey));
  if (!name.starts_with("*.") || !has_dns_subdomain_form(name.substr(2))) {
    errors.emplace_back(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
        "which must consist of lower case alphanumeric characters, '-' or '.' and end with an "
        "alphanumeric character (e.g. '*.example.com', regex used for validation is "
        "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  }
  return errors;
}

void check_dns_label(const FieldPath& path, std::string_view value, Findings& findings) {
  findings.invalid(path, value, name_errors(NameRule::DnsLabel, value));
}

void check_dns_subdomain(const FieldPath& path, std::string_view value, Findings& findings) {
  findings.invalid(path, value, name_errors(NameRule::DnsSubdomain, value));
}

void check_qualified_name(const FieldPath& path, std::string_view value, Findings& findings) {
  findings.invalid(path, value, qualified_name_errors(value));
}

void check_not_negative(const FieldPath& path, std::int64_t value, Findings& findings) {
  if (value < 0) findings.invalid(path, value, "must be greater than or equal to 0");
}

void check_not_negative(const FieldPath& parent, const Json* object, const MemberName& name,
                        Findings& findings) {
  if (const auto value = number(object, name)) {
    check_not_negative(parent.child(name.text()), *value, findings);
  }
}

void check_port(const FieldPath& path, const Json* port, Findings& findings) {
  if (port != nullptr && port->string() != nullptr) {
    findings.invalid(path, *port->string(), port_name_errors(*port->string()));
    return;
  }
  const std::int64_t value =
      port != nullptr && port->number() ? parse_int64(port->number()->text).value_or(0) : 0;
  for (const std::string& fault : port_number_errors(value)) findings.invalid(path, value, fault);
}

void check_ip(const FieldPath& path, std::string_view ip, Findings& findings) {
  if (IpAddress::parse(ip)) return;
  findings.invalid(path, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
}

bool is_cidr(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && IpAddress::parse(text.substr(0, slash)) &&
         is_prefix_length(text.substr(slash + 1), text.find(':') == std::string_view::npos);
}

bool is_strict_part(std::string_view part, std::string_view whole) {
  const auto network = network_of(part);
  const auto larger = network_of(whole);
  if (!network || !larger || network->family != larger->family ||
      network->length <= larger->length) {
    return false;
  }
  for (std::size_t bit = 0; bit < larger->length; ++bit) {
    if (bit_of(*network, bit) != bit_of(*larger, bit)) return false;
  }
  return true;
}

void check_cidr(const FieldPath& path, std::string_view cidr, Findings& findings) {
  if (is_cidr(cidr)) return;
  findings.invalid(path, cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
}

void check_one_of(const FieldPath& path, std::string_view value,
                  std::span<const std::string_view> supported, Findings& findings) {
  if (std::find(supported.begin(), supported.end(), value) != supported.end()) return;
  findings.not_supported(path, value, supported);
}

void check_required_one_of(const FieldPath& path, std::string_view value,
                           std::span<const std::string_view> supported, Findings& findings) {
  if (value.empty()) {
    findings.required(path);
  } else {
    check_one_of(path, value, supported, findings);
  }
}

void check_immutable(const FieldPath& path, const Json* before, const Json* after,
                     Findings& findings) {
  if (!same(before, after)) findings.invalid(path, after, kImmutable);
}

}  // namespace kaudit::apiserver::objects::validate
