#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/evaluator.hpp"
#include "base/result.hpp"
#include "base/yaml/node.hpp"

namespace kaudit::cli {

/// What a policy looks at in a request, as a value of its own. (audit::Attributes only refers to
/// it)
struct RequestAttributes {
  std::optional<audit::UserInfo> user;  ///< none: a login that failed
  std::string verb;
  bool resource_request = false;
  std::string api_group, api_version, resource, subresource, ns, name;
  std::string path;  ///< of the URL; of a resource request it may be empty

  /// Good while this lives and does not change.
  audit::Attributes view() const noexcept;
};

/// Reads `{"user":{"name","groups"}|null,"verb","resourceRequest","apiGroup","apiVersion",
/// "resource","subresource","namespace","name","path"}`, meaning the same in every command. Members
/// that are missing or null are empty, others are not looked at; but without `resourceRequest` it
/// is one for a resource when it names one, without `user` somebody asks who is logged in (null:
/// the login failed), and without `groups` the user has those that a server adds. Error: which
/// member is of the wrong type.
Result<RequestAttributes> read_attributes(const yaml::Node& node);

/// Reads a request as one writes it down: `GET /api/v1/pods?watch=1 --as alice --group devs`, or in
/// another of the forms of request_forms.hpp. The user is authenticated as `--as` (never
/// impersonated: a policy does not see that), in the groups of `--group` and those that a server
/// adds; without `--as` it is somebody in system:authenticated, with `--unauthenticated` a failed
/// login. A word with blanks is quoted. Error: what is wrong with the line.
Result<RequestAttributes> read_request_line(std::string_view line);
/// The same, of words that a shell has already taken apart.
Result<RequestAttributes> read_request_words(const std::vector<std::string>& words);

/// The user, with the groups that a server adds to those named: system:authenticated, or
/// system:unauthenticated for system:anonymous; those of a service account.
audit::UserInfo user_with_groups(std::string name, std::vector<std::string> groups);

/// `watch secrets.v1 in namespace x`, `get /healthz`: for people.
std::string in_words(const RequestAttributes& request);
/// `alice (devs, system:authenticated)`, or that the login failed.
std::string user_text(const RequestAttributes& request);

}  // namespace kaudit::cli
