#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/log/rbac/needed_access.hpp"

namespace kaudit::cli {

/// The roles and their bindings to a user or service account, as objects for kubectl.
std::vector<nlohmann::ordered_json> role_manifests(const std::vector<AccessRole>& roles,
                                                   const std::string& user);
/// Objects as YAML documents.
std::string yaml_documents(const std::vector<nlohmann::ordered_json>& objects);

}  // namespace kaudit::cli
