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
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::authz {
namespace {

constexpr std::array<std::string_view, 2> kModesOfKubernetesOnly{"ABAC", "Webhook"};

/// The mode Node: nodes get nothing of their own here, since no kubelet runs. (In a real cluster it
/// allows a kubelet what its Node and the Pods on it need.)
class NodeMode final : public Authorizer {
 public:
  Authorization authorize(const audit::Attributes& /*attributes*/) const override { return {}; }
};

/// Null for a mode that there is not.
std::shared_ptr<const Authorizer> make_mode(std::string_view mode,
                                            const std::shared_ptr<const Authorizer>& rbac) {
  if (mode == "AlwaysAllow") {
    return std::make_shared<AlwaysAllow>();
  }
  if (mode == "AlwaysDeny") {
    return std::make_shared<AlwaysDeny>();
  }
  if (mode == "Node") {
    return std::make_shared<NodeMode>();
  }
  if (mode == "RBAC") return rbac;
  return nullptr;
}

std::string unknown_mode(std::string_view mode) {
  const bool known_elsewhere =
      std::find(kModesOfKubernetesOnly.begin(), kModesOfKubernetesOnly.end(), mode) !=
      kModesOfKubernetesOnly.end();
  return "authorization-mode " + go_quoted(mode) +
         (known_elsewhere ? " is not supported here: use AlwaysAllow, AlwaysDeny, Node or RBAC"
                          : " is not a valid mode");
}

std::vector<std::string> errors_of(const std::vector<std::string>& modes,
                                   const std::shared_ptr<const Authorizer>& rbac) {
  std::vector<std::string> errors;
  if (modes.empty()) {
    errors.emplace_back("at least one authorization-mode must be passed");
  }
  for (const auto& mode : modes) {
    if (!make_mode(mode, rbac)) {
      errors.push_back(unknown_mode(mode));
    }
  }
  if (std::set<std::string_view>(modes.begin(), modes.end()).size() != modes.size()) {
    errors.push_back("authorization-mode " + quoted_list(modes) +
                     " has mode specified more than once");
  }
  return errors;
}

}  // namespace

Result<std::shared_ptr<const Authorizer>> make_authorizer(const std::vector<std::string>& modes,
                                                          std::shared_ptr<const Authorizer> rbac) {
  if (const auto errors = errors_of(modes, rbac); !errors.empty()) {
    return fail(errors.size() == 1 ? errors.front() : "[" + joined(errors, ", ") + "]");
  }
  std::vector<NamedAuthorizer> authorizers{
      {"kubernetes.io/system-privileged-group",
       std::make_shared<PrivilegedGroup>(std::string(identity::kPrivilegedGroup))}};
  for (const auto& mode : modes) {
    authorizers.push_back({lower_case(mode), make_mode(mode, rbac)});
  }
  return std::make_shared<UnionAuthorizer>(std::move(authorizers));
}

}  // namespace kaudit::apiserver::authz
