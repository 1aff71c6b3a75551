#include "apiserver/objects/schema/formats.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <re2/re2.h>
#include <string>
#include <vector>

#include "apiserver/objects/schema/schema.hpp"
#include "base/text/ascii.hpp"
#include "base/text/dns_name.hpp"
#include "base/text/duration.hpp"
#include "base/text/hex.hpp"
#include "base/text/integer.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/list.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

using Test = bool (*)(std::string_view);

bool matches(std::string_view text, const re2::RE2& pattern) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

bool is_hex_text(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); });
}

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return is_digit(c); });
  return digits;
}

bool is_object_id(std::string_view text) { return text.size() == 24 && is_hex_text(text); }

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

bool has_whole_escapes(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (text.size() < at + 3 || !is_hex_text(text.substr(at + 1, 2))) return false;
  }
  return true;
}

// An absolute URI or a path from the root. (net/url ParseRequestURI)
bool is_uri(std::string_view text) {
  if (text.empty() || has_control_character(text)) return false;
  static const re2::RE2 kScheme("[A-Za-z][A-Za-z0-9+.-]*:.*");
  const std::string_view before_query = text.substr(0, text.find('?'));
  if (!has_whole_escapes(before_query)) return false;
  if (text == "*" || text.front() == '/') return true;
  if (!matches(text, kScheme)) return false;
  const std::size_t slashes = before_query.find("://");
  if (slashes == std::string_view::npos) return true;
  std::string_view host = before_query.substr(slashes + 3);
  host = host.substr(0, host.find('/'));
  static const re2::RE2 kHost(R"(([^@]*@)?(\[[0-9A-Fa-f:.%a-z]+\]|[^\[\]: <>"]*)(:[0-9]*)?)");
  return matches(host, kHost);
}

// `a@b`, `<a@b>` or `Name <a@b>`. (net/mail ParseAddress)
bool is_email(std::string_view text) {
  static const re2::RE2 kAddress(
      R"(\s*(?:[^<>@,;:\\"\[\]()]*|"[^"]*"\s*)<\s*([^\s<>]+)\s*>\s*|\s*([^\s<>]+)\s*)");
  static const re2::RE2 kSpec(
      R"re(([A-Za-z0-9!#$%&'*+/=?^_`{|}~\x{80}-\x{10FFFF}-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x{80}-\x{10FFFF}-]+)*|"([^"\\]|\\.)*")@([A-Za-z0-9!#$%&'*+/=?^_`{|}~\x{80}-\x{10FFFF}-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x{80}-\x{10FFFF}-]+)*|\[[^\]]*\]))re");
  std::string bracketed;
  std::string plain;
  if (!re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kAddress, &bracketed,
                           &plain)) {
    return false;
  }
  return matches(bracketed.empty() ? plain : bracketed, kSpec);
}

/// What a character of a host's name is.
enum class HostCharacter : std::uint8_t { Letter, Other, Dash, Dot, Forbidden };

HostCharacter host_character(std::string_view character) {
  static const re2::RE2 kLetter("[a-zA-Z\\p{L}]");
  static const re2::RE2 kOther("[0-9\\p{S}]");
  if (character == ".") return HostCharacter::Dot;
  if (character == "-") return HostCharacter::Dash;
  if (matches(character, kLetter)) return HostCharacter::Letter;
  return matches(character, kOther) ? HostCharacter::Other : HostCharacter::Forbidden;
}

// One label may have a dash in its second place; of several each begins and ends without one, and
// the last has letters alone.
bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  const auto labels = split(text, '.');
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty() || labels[i].size() > 63) return false;
    std::vector<HostCharacter> characters;
    std::string_view rest = labels[i];
    while (!rest.empty()) {
      const std::size_t size = decode_rune(rest).size;
      characters.push_back(host_character(rest.substr(0, size)));
      rest.remove_prefix(size);
    }
    const bool last = i + 1 == labels.size();
    const auto is_dash = [](HostCharacter c) { return c == HostCharacter::Dash; };
    if (std::ranges::count(characters, HostCharacter::Forbidden) != 0) return false;
    if (is_dash(characters.front())) return false;
    if (labels.size() == 1) {
      const auto second = characters.begin() + std::min<std::ptrdiff_t>(2, std::ssize(characters));
      if (std::any_of(second, characters.end(), is_dash)) return false;
    } else if (last) {
      if (characters.size() < 2 ||
          std::ranges::any_of(characters, [](auto c) { return c != HostCharacter::Letter; })) {
        return false;
      }
    } else if (is_dash(characters.back())) {
      return false;
    }
  }
  return true;
}

bool is_ipv4(std::string_view text) {
  return text.find(':') == std::string_view::npos && IpAddress::parse(text).has_value();
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && IpAddress::parse(text).has_value();
}

bool is_cidr_text(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, slash);
  const std::string_view bits = text.substr(slash + 1);
  if (!IpAddress::parse(address) || bits.empty() || bits.size() > 3) return false;
  if (!std::ranges::all_of(bits, [](char c) { return is_digit(c); })) return false;
  const std::int64_t most = address.find(':') == std::string_view::npos ? 32 : 128;
  return *parse_int64(bits) <= most;
}

// 6, 8 or 20 bytes with colons, dashes or dots. (net ParseMAC)
bool is_mac(std::string_view text) {
  static const re2::RE2 kMac(
      "(?:[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5}|(?::[0-9A-Fa-f]{2}){7}|"
      "(?:-[0-9A-Fa-f]{2}){7}|(?::[0-9A-Fa-f]{2}){19}|(?:-[0-9A-Fa-f]{2}){19}))|"
      "(?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16}|[0-9A-Fa-f]{40})|"
      "(?:[0-9A-Fa-f]{4}(?:(?:\\.[0-9A-Fa-f]{4}){2}|(?:\\.[0-9A-Fa-f]{4}){3}|"
      "(?:\\.[0-9A-Fa-f]{4}){9}))");
  return matches(text, kMac);
}

bool is_uuid(std::string_view text) {
  static const re2::RE2 kUuid(
      "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
  return matches(text, kUuid);
}

bool is_uuid3(std::string_view text) {
  static const re2::RE2 kUuid(
      "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}");
  return matches(text, kUuid);
}

bool is_uuid4(std::string_view text) {
  static const re2::RE2 kUuid(
      "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}");
  return matches(text, kUuid);
}

bool is_uuid5(std::string_view text) {
  static const re2::RE2 kUuid(
      "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}");
  return matches(text, kUuid);
}

std::string without_separators(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept), [](char c) {
    return c != '-' && c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r';
  });
  return kept;
}

bool is_isbn10(std::string_view text) {
  static const re2::RE2 kForm("[0-9]{9}X|[0-9]{10}");
  const std::string digits = without_separators(text);
  if (!matches(digits, kForm)) return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (i + 1) * (digits[static_cast<std::size_t>(i)] - '0');
  sum += 10 * (digits[9] == 'X' ? 10 : digits[9] - '0');
  return sum % 11 == 0;
}

bool is_isbn13(std::string_view text) {
  static const re2::RE2 kForm("[0-9]{13}");
  const std::string digits = without_separators(text);
  if (!matches(digits, kForm)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) sum += (i % 2 == 0 ? 1 : 3) * (digits[i] - '0');
  return digits[12] - '0' == (10 - sum % 10) % 10;
}

bool is_isbn(std::string_view text) { return is_isbn10(text) || is_isbn13(text); }

bool is_credit_card(std::string_view text) {
  static const re2::RE2 kForm(
      R"(4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})");
  const std::string digits = digits_of(text);
  if (!matches(digits, kForm)) return false;
  int sum = 0;
  bool doubled = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    const int value = (*digit - '0') * (doubled ? 2 : 1);
    sum += value >= 10 ? value % 10 + 1 : value;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

bool is_ssn(std::string_view text) {
  static const re2::RE2 kForm(R"(\d{3}[- ]?\d{2}[- ]?\d{4})");
  return text.size() == 11 && matches(text, kForm);
}

bool is_hex_color(std::string_view text) {
  static const re2::RE2 kForm("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})");
  return matches(text, kForm);
}

bool is_rgb_color(std::string_view text) {
  static const re2::RE2 kForm(
      R"(rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\))");
  return matches(text, kForm);
}

bool is_base64_text(std::string_view text) {
  static const re2::RE2 kForm(
      R"((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4}))");
  return matches(text, kForm);
}

bool is_anything(std::string_view /*text*/) { return true; }

int number_in(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_date(std::string_view text) {
  static const re2::RE2 kForm(R"(\d{4}-\d{2}-\d{2})");
  if (!matches(text, kForm)) return false;
  const int year = number_in(text.substr(0, 4));
  const int month = number_in(text.substr(5, 2));
  const int day = number_in(text.substr(8, 2));
  if (month < 1 || month > 12 || day < 1) return false;
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool is_date_time(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
  const auto parts = split(lower, 't');
  if (parts.size() < 2 || !is_date(parts[0])) return false;
  static const re2::RE2 kTime(
      R"(([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2})))");
  const std::string_view time = parts[1];
  return matches(time, kTime) && time.substr(0, 2) <= "23" && time.substr(3, 2) <= "59" &&
         time.substr(6, 2) <= "59";
}

// Go's own form, or numbers with words for units.
bool is_duration(std::string_view text) {
  if (parse_duration(text)) return true;
  static const re2::RE2 kPart(R"((\d+)\s*([A-Za-zµ]+))");
  static const re2::RE2 kUnit(
      "(?i)(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)");
  re2::StringPiece rest(text.data(), text.size());
  std::string amount;
  std::string unit;
  bool known = false;
  while (re2::RE2::FindAndConsume(&rest, kPart, &amount, &unit)) {
    if (!parse_int64(amount)) return false;
    known = known || matches(unit, kUnit);
  }
  return known;
}

bool is_short_name(std::string_view text) { return is_dns_label(text); }
bool is_long_name(std::string_view text) { return is_dns_subdomain(text); }

struct Format {
  std::string_view name;  // without dashes
  Test test;
};

constexpr std::array kFormats{
    Format{"bsonobjectid", is_object_id},
    Format{"uri", is_uri},
    Format{"email", is_email},
    Format{"hostname", is_hostname},
    Format{"ipv4", is_ipv4},
    Format{"ipv6", is_ipv6},
    Format{"cidr", is_cidr_text},
    Format{"mac", is_mac},
    Format{"uuid", is_uuid},
    Format{"uuid3", is_uuid3},
    Format{"uuid4", is_uuid4},
    Format{"uuid5", is_uuid5},
    Format{"isbn", is_isbn},
    Format{"isbn10", is_isbn10},
    Format{"isbn13", is_isbn13},
    Format{"creditcard", is_credit_card},
    Format{"ssn", is_ssn},
    Format{"hexcolor", is_hex_color},
    Format{"rgbcolor", is_rgb_color},
    Format{"byte", is_base64_text},
    Format{"password", is_anything},
    Format{"date", is_date},
    Format{"duration", is_duration},
    Format{"datetime", is_date_time},
    Format{"k8sshortname", is_short_name},
    Format{"k8slongname", is_long_name},
};

const Format* find_format(std::string_view format) {
  std::string plain;
  std::ranges::copy_if(format, std::back_inserter(plain), [](char c) { return c != '-'; });
  const auto* const found = std::ranges::find(kFormats, plain, &Format::name);
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace

bool is_known_format(std::string_view type, std::string_view format) {
  if (format.empty()) return false;
  if (type == "integer") return format == "int32" || format == "int64";
  if (type == "number") return format == "float" || format == "double";
  return (type.empty() || type == "string") && find_format(format) != nullptr;
}

bool has_format(std::string_view text, std::string_view format) {
  const Format* const known = find_format(format);
  return known == nullptr || known->test(text);
}

}  // namespace kaudit::apiserver::objects::schema
