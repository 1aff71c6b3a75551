#include <cstddef>
#include <optional>

#include "apiserver/objects/validate/warnings/warning_list.hpp"
#include "base/text/integer.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::size_t kV4Bits = 32;
constexpr std::size_t kV6Bits = 128;

bool is_v6_text(std::string_view text) noexcept { return text.find(':') != std::string_view::npos; }

/// Zeros in front of a number make it an octal one for some readers, so Go's newer one refuses
/// them. (Groups of IPv6 may have them.)
bool has_leading_zero(std::string_view text) noexcept {
  std::string_view dotted = text.substr(text.rfind(':') + 1);  // npos + 1 is 0
  if (dotted.find('.') == std::string_view::npos) return false;
  for (bool at_start = true; !dotted.empty(); dotted.remove_prefix(1)) {
    const bool more = dotted.size() > 1 && dotted[1] != '.';
    if (at_start && dotted.front() == '0' && more) return true;
    at_start = dotted.front() == '.';
  }
  return false;
}

/// Text that older readers took and newer ones do not: leading zeros, IPv4 as IPv6.
bool is_non_standard(std::string_view text, const IpAddress& address) {
  return has_leading_zero(text) || (is_v6_text(text) && !is_v6_text(address.text()));
}

/// A network as it was written.
struct WrittenNetwork {
  std::string_view address_text;
  IpAddress address;
  std::size_t length = 0;  // of the prefix, as written
  bool v4 = false;         // what it is shown as

  std::size_t bits() const noexcept { return v4 ? kV4Bits : kV6Bits; }
  /// An IPv4 network that is written as IPv6 has 96 bits more.
  std::size_t shown_length() const noexcept {
    const std::size_t more = v4 && is_v6_text(address_text) ? kV6Bits - kV4Bits : 0;
    return length < more ? 0 : length - more;
  }
  std::string text() const {
    return address.masked(shown_length()).text() + "/" + std::to_string(shown_length());
  }
};

std::optional<WrittenNetwork> read_network(std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view address_text = cidr.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  const auto length = parse_int64(cidr.substr(slash + 1));
  const std::size_t most = is_v6_text(address_text) ? kV6Bits : kV4Bits;
  if (!address || !length || *length < 0 || static_cast<std::size_t>(*length) > most) {
    return std::nullopt;
  }
  return WrittenNetwork{address_text, *address, static_cast<std::size_t>(*length),
                        !is_v6_text(address->text())};
}

}  // namespace

void warn_of_ip(const FieldPath& path, std::string_view ip, WarningList& warnings) {
  const auto address = IpAddress::parse(ip);
  if (!address) return;
  const std::string text = address->text();
  if (is_non_standard(ip, *address)) {
    warnings.add(
        path, "non-standard IP address " + go_quoted(ip) + " is invalid: use " + go_quoted(text));
  } else if (is_v6_text(ip) && text != ip) {
    warnings.add(path, "IPv6 address " + go_quoted(ip) +
                           " should be in RFC 5952 canonical format (" + go_quoted(text) + ")");
  }
}

void warn_of_cidr(const FieldPath& path, std::string_view cidr, WarningList& warnings) {
  const auto network = read_network(cidr);
  if (!network) return;
  const std::string text = network->text();
  const std::string length_text(cidr.substr(cidr.find('/') + 1));
  const bool ambiguous = network->address.masked(network->shown_length()) != network->address;
  if (ambiguous) {
    const std::string single = network->address.text() + "/" + std::to_string(network->bits());
    warnings.add(path, "CIDR value " + go_quoted(cidr) +
                           " is ambiguous in this context (should be " + go_quoted(text) + " or " +
                           go_quoted(single) + "?)");
  }
  const bool odd_length = length_text.size() > 1 && length_text.front() == '0';
  const bool non_standard = odd_length || is_non_standard(network->address_text, network->address);
  if (non_standard) {
    warnings.add(
        path, "non-standard CIDR value " + go_quoted(cidr) + " is invalid: use " + go_quoted(text));
  }
  if (!ambiguous && !non_standard && is_v6_text(cidr) && text != cidr) {
    warnings.add(path, "IPv6 CIDR value " + go_quoted(cidr) +
                           " should be in RFC 5952 canonical format (" + go_quoted(text) + ")");
  }
}

}  // namespace kaudit::apiserver::objects::validate
