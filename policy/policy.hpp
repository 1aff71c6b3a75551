#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/yaml/node.hpp"

namespace kaudit::policy {

/// audit.k8s.io/v1 GroupResources
struct GroupResources {
  std::string group;  ///< "" is the core group, "*" every group
  std::vector<std::string> resources;
  std::vector<std::string> resource_names;
};

/// audit.k8s.io/v1 PolicyRule. An empty list asks for nothing.
struct Rule {
  std::string level;  ///< free text until validate() has seen it
  std::vector<std::string> users;
  std::vector<std::string> user_groups;
  std::vector<std::string> verbs;
  std::vector<GroupResources> resources;
  std::vector<std::string> namespaces;
  std::vector<std::string> non_resource_urls;
  std::vector<std::string> omit_stages;
  std::optional<bool> omit_managed_fields;  ///< none: the policy's
  yaml::Position position;                  ///< where it is in Policy::source
};

/// audit.k8s.io/v1 Policy, without its metadata, which nothing looks at.
struct Policy {
  std::vector<Rule> rules;  ///< the first that matches decides
  std::vector<std::string> omit_stages;
  bool omit_managed_fields = false;
  std::string source;  ///< the file's name, for people; may be empty
};

}  // namespace kaudit::policy
