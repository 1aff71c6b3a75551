#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/policy/input/request_attributes.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::cli {

/// A resource as people name it, and what they add to it.
struct NamedResource {
  std::string group, version, resource;
  std::string subresource, name;
  bool namespaced = true;

  /// `/api/v1/namespaces/NS/pods/NAME/log`. Without `ns`: of all namespaces.
  std::string path(std::string_view ns) const;
};

/// `pods`, `po`, `Pod`, `deployments.apps`, `pods/web`, `pods/log`, `pods/web/log`: what Kubernetes
/// has under that name, by plural, singular, kind or short name; `widgets.example.com` is taken for
/// a custom resource, of version v1 and namespaced. Error: there is none, with the nearest.
Result<NamedResource> find_named(std::string_view text);

/// What makes one doubt that a request was meant as it is written: a resource or subresource that
/// Kubernetes does not have, a verb that no request has. One sentence each, with the nearest right
/// name. Custom resources are not doubted.
std::vector<std::string> doubts_of(const RequestAttributes& request);

/// Whether the resource lives in namespaces.
policy::ResourceScope scope_of(const RequestAttributes& request);

}  // namespace kaudit::cli
