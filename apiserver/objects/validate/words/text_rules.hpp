#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

// What is wrong with a text, one line for each broken rule; empty when it is valid. (apimachinery
// pkg/util/validation)

std::vector<std::string> port_name_errors(std::string_view name);
std::vector<std::string> port_number_errors(std::int64_t port);
/// Of an environment variable, by the relaxed rule that is in force.
std::vector<std::string> variable_name_errors(std::string_view name);
/// Of a key in a ConfigMap or Secret.
std::vector<std::string> config_key_errors(std::string_view key);
std::vector<std::string> percent_errors(std::string_view text);
std::vector<std::string> header_name_errors(std::string_view name);
std::vector<std::string> wildcard_subdomain_errors(std::string_view name);
/// `must be between 1 and 65535, inclusive`
std::string range_error(std::int64_t min, std::int64_t max);

// Checks that say where as well.

void check_dns_label(const FieldPath& path, std::string_view value, Findings& findings);
void check_dns_subdomain(const FieldPath& path, std::string_view value, Findings& findings);
void check_qualified_name(const FieldPath& path, std::string_view value, Findings& findings);
void check_not_negative(const FieldPath& path, std::int64_t value, Findings& findings);
/// A member that is a number, where it is there.
void check_not_negative(const FieldPath& parent, const Json* object, const MemberName& name,
                        Findings& findings);
/// An IntOrString that names a port. null counts as 0.
void check_port(const FieldPath& path, const Json* port, Findings& findings);
void check_ip(const FieldPath& path, std::string_view ip, Findings& findings);
void check_cidr(const FieldPath& path, std::string_view cidr, Findings& findings);
bool is_cidr(std::string_view text) noexcept;
/// Whether a network is within another one, and smaller. Both are CIDR texts.
bool is_strict_part(std::string_view part, std::string_view whole);
/// A member must be one of these; "" is a value like any other.
void check_one_of(const FieldPath& path, std::string_view value,
                  std::span<const std::string_view> supported, Findings& findings);
/// The same, but "" is what is missing.
void check_required_one_of(const FieldPath& path, std::string_view value,
                           std::span<const std::string_view> supported, Findings& findings);
/// A member that may not change, where it is another now.
void check_immutable(const FieldPath& path, const Json* before, const Json* after,
                     Findings& findings);

inline constexpr std::string_view kImmutable = "field is immutable";

}  // namespace kaudit::apiserver::objects::validate
