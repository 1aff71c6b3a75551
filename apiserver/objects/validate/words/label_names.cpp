#include "apiserver/objects/validate/words/label_names.hpp"

#include <algorithm>

#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/dns_name.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::size_t kMaxName = 63;
constexpr std::size_t kMaxPrefix = 253;

const std::string kCharacters =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character";
const std::string kNameRule =
    kCharacters +
    " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const std::string kValueRule =
    "a valid label must be an empty string or " + kCharacters.substr(5) +
    " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

void check_prefix(std::string_view prefix, std::vector<std::string>& errors) {
  if (prefix.empty()) {
    errors.emplace_back("prefix part must be non-empty");
    return;
  }
  if (prefix.size() > kMaxPrefix) {
    errors.emplace_back("prefix part must be no more than 253 bytes");
  }
  if (!has_dns_subdomain_form(prefix)) {
    errors.push_back("prefix part " + name_errors(NameRule::DnsSubdomain, prefix).back());
  }
}

}  // namespace

std::vector<std::string> qualified_name_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
    if (name.find('/', slash + 1) != std::string_view::npos) {
      return {"a valid label key " + kNameRule +
              " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    check_prefix(name.substr(0, slash), errors);
    name.remove_prefix(slash + 1);
  }
  if (name.empty()) errors.emplace_back("name part must be non-empty");
  if (name.size() > kMaxName) errors.emplace_back("name part must be no more than 63 bytes");
  if (!is_label_name(name)) errors.push_back("name part " + kNameRule);
  return errors;
}

std::vector<std::string> label_value_errors(std::string_view value) {
  std::vector<std::string> errors;
  if (value.size() > kMaxName) errors.emplace_back("must be no more than 63 bytes");
  if (!value.empty() && !is_label_name(value)) errors.push_back(kValueRule);
  return errors;
}

}  // namespace kaudit::apiserver::objects::validate
