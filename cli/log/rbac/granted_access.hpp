#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/yaml/node.hpp"
#include "cli/log/rbac/needed_access.hpp"

namespace kaudit::cli {

/// Who asks for access.
struct AccessSubject {
  std::string user;
  std::vector<std::string> groups;
};

/// Roles and bindings from manifests.
class GrantedAccess {
 public:
  /// Takes the Roles, ClusterRoles and bindings of a YAML or JSON file, those in Lists, too; what
  /// is something else is passed over. Error: it is not YAML.
  Result<void> add_manifests(std::string_view text, const std::string& file);

  /// The rules that the subject has, by namespace; "" is everywhere.
  std::vector<AccessRole> roles_of(const AccessSubject& subject) const;

 private:
  struct Role {
    std::string ns;  ///< "" of a ClusterRole
    std::string name;
    std::vector<AccessRule> rules;
  };
  struct Binding {
    std::string ns;  ///< "" of a ClusterRoleBinding
    std::string role_kind;
    std::string role_name;
    std::vector<std::string> users;
    std::vector<std::string> groups;
  };
  void add_object(const yaml::Node& node);

  std::vector<Role> roles_;
  std::vector<Binding> bindings_;
};

/// Whether some of the roles allow the request.
bool is_granted(const std::vector<AccessRole>& roles, const AccessRequest& request);

}  // namespace kaudit::cli
