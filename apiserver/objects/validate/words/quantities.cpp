#include "apiserver/objects/validate/words/quantities.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

// The characters of a suffix, of which there are at most two.
constexpr unsigned suffix_code(std::string_view text) noexcept {
  const auto at = [text](std::size_t place) -> unsigned {
    return place < text.size() ? static_cast<unsigned char>(text[place]) : 0;
  };
  return text.size() > 2 ? ~0U : at(0) | at(1) << 8U | static_cast<unsigned>(text.size()) << 16U;
}

struct Suffix {
  std::string_view text;
  long double factor;
  unsigned code = suffix_code(text);
};
constexpr auto kSuffixes = std::to_array<Suffix>({
    {"Ki", 1024.0L},
    {"Mi", 1048576.0L},
    {"Gi", 1073741824.0L},
    {"Ti", 1099511627776.0L},
    {"Pi", 1125899906842624.0L},
    {"Ei", 1152921504606846976.0L},
    {"n", 1e-9L},
    {"u", 1e-6L},
    {"m", 1e-3L},
    {"k", 1e3L},
    {"M", 1e6L},
    {"G", 1e9L},
    {"T", 1e12L},
    {"P", 1e15L},
    {"E", 1e18L},
});

// (pkg/apis/core/helper: standardResources, standardContainerResources, standardQuotaResources)
constexpr std::string_view kContainer[] = {"cpu", "memory", "ephemeral-storage"};
constexpr std::string_view kQuota[] = {"cpu",
                                       "memory",
                                       "ephemeral-storage",
                                       "requests.cpu",
                                       "requests.memory",
                                       "requests.storage",
                                       "requests.ephemeral-storage",
                                       "limits.cpu",
                                       "limits.memory",
                                       "limits.ephemeral-storage",
                                       "pods",
                                       "resourcequotas",
                                       "services",
                                       "replicationcontrollers",
                                       "secrets",
                                       "persistentvolumeclaims",
                                       "configmaps",
                                       "services.nodeports",
                                       "services.loadbalancers"};
constexpr std::string_view kOther[] = {"storage"};
constexpr std::string_view kCounted[] = {"pods",
                                         "resourcequotas",
                                         "services",
                                         "replicationcontrollers",
                                         "secrets",
                                         "configmaps",
                                         "persistentvolumeclaims",
                                         "services.nodeports",
                                         "services.loadbalancers"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) noexcept {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_quota_huge_page(std::string_view name) noexcept {
  return name.starts_with("hugepages-") || name.starts_with("requests.hugepages-");
}

bool is_native(std::string_view name) noexcept {
  return name.find('/') == std::string_view::npos ||
         name.find("kubernetes.io/") != std::string_view::npos;
}

bool is_extended(std::string_view name) noexcept {
  return !is_native(name) && !name.starts_with("requests.") &&
         qualified_name_errors("requests." + std::string(name)).empty();
}

bool is_counted(std::string_view name) noexcept {
  return is_one_of(name, kCounted) || is_extended(name);
}

long double power(long double base, std::int64_t exponent) noexcept {
  return std::pow(base, static_cast<long double>(exponent));
}

}  // namespace

long double quantity_value(std::string_view text) noexcept {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  // So many digits are whole numbers of either kind.
  constexpr std::size_t kExactDigits = 18;
  const auto is_digit_at = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  std::int64_t whole = 0;
  std::size_t digits = 0;
  for (; digits < kExactDigits && is_digit_at(digits); ++digits) {
    whole = whole * 10 + (text[digits] - '0');
  }
  text.remove_prefix(digits);
  auto value = static_cast<long double>(whole);
  if (!text.empty() && (text.front() == '.' || is_digit_at(0))) {
    long double place = 1;
    bool fraction = false;
    for (; !text.empty(); text.remove_prefix(1)) {
      const char c = text.front();
      if (c == '.' && !fraction) {
        fraction = true;
      } else if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        if (fraction) place *= 10;
      } else {
        break;
      }
    }
    value /= place;
  }
  if (!text.empty()) {
    const auto* const suffix =
        std::find_if(kSuffixes.begin(), kSuffixes.end(),
                     [code = suffix_code(text)](const Suffix& s) { return s.code == code; });
    if (suffix != kSuffixes.end()) {
      value *= suffix->factor;
    } else {
      value *= power(10, parse_int64(text.substr(1)).value_or(0));  // `1e3`
    }
  }
  return negative ? -value : value;
}

bool is_huge_page(std::string_view resource) noexcept { return resource.starts_with("hugepages-"); }

bool may_be_overcommitted(std::string_view resource) noexcept {
  return is_native(resource) && !is_huge_page(resource);
}

void check_resource_name(const FieldPath& path, std::string_view name, Findings& findings) {
  const auto faults = qualified_name_errors(name);
  findings.invalid(path, name, faults);
  if (!faults.empty() || name.find('/') != std::string_view::npos) return;
  const bool is_standard = is_one_of(name, kContainer) || is_one_of(name, kQuota) ||
                           is_one_of(name, kOther) || is_quota_huge_page(name);
  if (!is_standard) {
    findings.invalid(path, name, "must be a standard resource type or fully qualified");
  }
}

void check_container_resource_name(const FieldPath& path, std::string_view name,
                                   Findings& findings) {
  if (is_one_of(name, kContainer)) return;  // what is asked below holds for them
  check_resource_name(path, name, findings);
  if (name.find('/') == std::string_view::npos) {
    if (!is_huge_page(name)) {
      findings.invalid(path, name, "must be a standard resource for containers");
    }
  } else if (!is_native(name) && !is_extended(name)) {
    findings.invalid(path, name, "doesn't follow extended resource name standard");
  }
}

void check_quota_resource_name(const FieldPath& path, std::string_view name, Findings& findings) {
  check_resource_name(path, name, findings);
  const bool known = name.find('/') != std::string_view::npos || is_one_of(name, kQuota) ||
                     is_quota_huge_page(name);
  if (!known) {
    findings.invalid(path, name, "must be a standard resource for quota");
  }
}

void check_resource_quantity(const FieldPath& path, std::string_view resource,
                             std::string_view quantity, Findings& findings) {
  const long double value = quantity_value(quantity);
  if (value < 0) findings.invalid(path, quantity, "must be greater than or equal to 0");
  if (!is_one_of(resource, kContainer) && is_counted(resource) && std::fmod(value, 1.0L) != 0) {
    findings.invalid(path, quantity, "must be an integer");
  }
}

void check_container_resources(const FieldPath& path, const Json* resources, Findings& findings) {
  const FieldPath limits = path.child("limits");
  const FieldPath requests = path.child("requests");
  bool has_computing = false;
  bool has_huge_pages = false;
  const auto note = [&](std::string_view name) {
    has_computing = has_computing || name == "cpu" || name == "memory";
    has_huge_pages = has_huge_pages || is_huge_page(name);
  };
  const Json* all_limits = member(resources, "limits");
  for (const Json::Member& limit : entries(resources, "limits")) {
    check_container_resource_name(limits.key(limit.name), limit.name, findings);
    check_resource_quantity(limits.key(limit.name), limit.name, text_of(limit.value), findings);
    note(limit.name);
  }
  for (const Json::Member& request : entries(resources, "requests")) {
    const std::string_view quantity = text_of(request.value);
    check_container_resource_name(requests.key(request.name), request.name, findings);
    check_resource_quantity(requests.key(request.name), request.name, quantity, findings);
    note(request.name);
    const Json* limit = member(all_limits, request.name);
    if (limit == nullptr) {
      if (!may_be_overcommitted(request.name)) {
        findings.required(limits, "Limit must be set for non overcommitable resources");
      }
      continue;
    }
    const long double asked = quantity_value(quantity);
    const long double most = quantity_value(text_of(*limit));
    const auto of_limit = [&] {
      return request.name + " limit of " + std::string(text_of(*limit));
    };
    if (asked != most && !may_be_overcommitted(request.name)) {
      findings.invalid(requests, quantity, "must be equal to " + of_limit());
    } else if (asked > most) {
      findings.invalid(requests, quantity, "must be less than or equal to " + of_limit());
    }
  }
  if (has_huge_pages && !has_computing) {
    findings.forbidden(path, "HugePages require cpu or memory");
  }
}

}  // namespace kaudit::apiserver::objects::validate
