#include "apiserver/request/label_syntax.hpp"

#include <string>

#include "base/text/dns_name.hpp"

namespace kaudit::apiserver::request {
namespace {

constexpr std::size_t kMaxNameLength = 63;

constexpr std::string_view kNameRule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character";

/// Several things may be wrong with one key.
class Faults {
 public:
  void add(std::string_view fault) {
    if (!text_.empty()) {
      text_ += "; ";
    }
    text_ += fault;
  }
  Result<void> result(std::string_view subject) const {
    if (text_.empty()) {
      return {};
    }
    return fail("Invalid value: \"" + std::string(subject) + "\": " + text_);
  }

 private:
  std::string text_;
};

}  // namespace

Result<void> check_label_key(std::string_view key) {
  Faults faults;
  auto name = key;
  if (const auto slash = key.find('/'); slash != std::string_view::npos) {
    const auto prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      faults.add("a qualified name " + std::string(kNameRule) +
                 " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return faults.result(key);
    }
    if (prefix.empty()) {
      faults.add("prefix part must be non-empty");
    } else if (prefix.size() > kMaxDnsSubdomain) {
      faults.add("prefix part must be no more than 253 bytes");
    } else if (!has_dns_subdomain_form(prefix)) {
      faults.add("prefix part must be a lowercase RFC 1123 subdomain (e.g. 'example.com')");
    }
  }
  if (name.empty()) {
    faults.add("name part must be non-empty");
  } else if (name.size() > kMaxNameLength) {
    faults.add("name part must be no more than 63 bytes");
  }
  if (!is_label_name(name)) {
    faults.add("name part " + std::string(kNameRule));
  }
  return faults.result(key);
}

Result<void> check_label_value(std::string_view value) {
  Faults faults;
  if (value.size() > kMaxNameLength) {
    faults.add("must be no more than 63 bytes");
  }
  if (!value.empty() && !is_label_name(value)) {
    faults.add("a valid label must be an empty string or " + std::string(kNameRule.substr(5)));
  }
  return faults.result(value);
}

bool is_path_segment_name(std::string_view name) noexcept {
  return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
}

}  // namespace kaudit::apiserver::request
