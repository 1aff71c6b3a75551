#pragma once

#include <span>
#include <string_view>

#include "policy/probes/probes.hpp"

namespace kaudit::policy {

/// A user of the probes.
struct ProbeUser {
  std::string_view name;
  std::string_view groups;  ///< separated by one space
};

/// What a probe asks for: an object, a collection or, with nothing but a path, neither.
struct ProbeTarget {
  std::string_view group;
  std::string_view version;
  std::string_view resource;
  std::string_view subresource;
  std::string_view ns;
  std::string_view name;
};

/// A probe as it is written down; URL and method follow from it.
struct ProbeRow {
  std::string_view name;
  ProbeTopic topic;
  const ProbeUser* user;  ///< null: nobody
  std::string_view verb;  ///< Kubernetes' for resources, the lower-case method for paths
  ProbeTarget target;
  std::string_view path;   ///< of a non-resource request
  std::string_view query;  ///< with its `?`
  audit::Level least;
  audit::Level most;
  std::string_view why;
};

/// What people and attackers do.
std::span<const ProbeRow> people_rows() noexcept;
/// What the cluster does by itself.
std::span<const ProbeRow> machine_rows() noexcept;

}  // namespace kaudit::policy
