#pragma once

#include <string_view>

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// The number that a quantity's text stands for (`500m`, `1Gi`); 0 for what is not one. Exact to
/// about 19 digits, which is enough to compare.
long double quantity_value(std::string_view text) noexcept;

/// What a resource's name stands for in rules. (kubernetes pkg/apis/core/helper)
bool is_huge_page(std::string_view resource) noexcept;
/// True when requests may be below limits.
bool may_be_overcommitted(std::string_view resource) noexcept;

void check_resource_name(const FieldPath& path, std::string_view name, Findings& findings);
void check_container_resource_name(const FieldPath& path, std::string_view name,
                                   Findings& findings);
void check_quota_resource_name(const FieldPath& path, std::string_view name, Findings& findings);
/// Not negative, and whole for what is counted. (ValidateResourceQuantityValue)
void check_resource_quantity(const FieldPath& path, std::string_view resource,
                             std::string_view quantity, Findings& findings);

/// `limits` and `requests` of a container. (ValidateContainerResourceRequirements)
void check_container_resources(const FieldPath& path, const Json* resources, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
