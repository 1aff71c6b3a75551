#include "apiserver/authz/authorizer.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "apiserver/authz/always.hpp"
#include "apiserver/authz/privileged_group.hpp"
#include "apiserver/authz/union_authorizer.hpp"
#include "apiserver/identity/well_known.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::authz {
namespace {

constexpr std::array<std::string_view, 4> kModesOfKubernetesOnly{"ABAC", "Node", "RBAC", "Webhook"};

/// Null for a mode that there is not.
std::shared_ptr<const Authorizer> make_mode(std::string_view mode) {
  if (mode == "AlwaysAllow") {
    return std::make_shared<AlwaysAllow>();
  }
  if (mode == "AlwaysDeny") {
    return std::make_shared<AlwaysDeny>();
  }
  return nullptr;
}

std::string unknown_mode(std::string_view mode) {
  const bool known_elsewhere =
      std::find(kModesOfKubernetesOnly.begin(), kModesOfKubernetesOnly.end(), mode) !=
      kModesOfKubernetesOnly.end();
  return "authorization-mode " + go_quoted(mode) +
         (known_elsewhere ? " is not supported here: use AlwaysAllow or AlwaysDeny"
                          : " is not a valid mode");
}

/// Go's %q of a []string.
std::string quoted_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) {
      out += ' ';
    }
    append_quoted(out, item);
  }
  return out + ']';
}

std::vector<std::string> errors_of(const std::vector<std::string>& modes) {
  std::vector<std::string> errors;
  if (modes.empty()) {
    errors.emplace_back("at least one authorization-mode must be passed");
  }
  for (const auto& mode : modes) {
    if (!make_mode(mode)) {
      errors.push_back(unknown_mode(mode));
    }
  }
  if (std::set<std::string_view>(modes.begin(), modes.end()).size() != modes.size()) {
    errors.push_back("authorization-mode " + quoted_list(modes) +
                     " has mode specified more than once");
  }
  return errors;
}

/// As Kubernetes shows several errors at once.
std::string aggregate(const std::vector<std::string>& errors) {
  return errors.size() == 1 ? errors.front() : "[" + joined(errors, ", ") + "]";
}

}  // namespace

Result<std::shared_ptr<const Authorizer>> make_authorizer(const std::vector<std::string>& modes) {
  if (const auto errors = errors_of(modes); !errors.empty()) {
    return fail(aggregate(errors));
  }
  std::vector<std::shared_ptr<const Authorizer>> authorizers{
      std::make_shared<PrivilegedGroup>(std::string(identity::kPrivilegedGroup))};
  for (const auto& mode : modes) {
    authorizers.push_back(make_mode(mode));
  }
  return std::make_shared<UnionAuthorizer>(std::move(authorizers));
}

}  // namespace kaudit::apiserver::authz
