#include "apiserver/authz/impersonation_mode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "apiserver/authz/extra_keys.hpp"
#include "apiserver/authz/forbidden.hpp"
#include "apiserver/identity/service_account_name.hpp"
#include "apiserver/identity/well_known.hpp"
#include "base/text/dns_name.hpp"

namespace kaudit::apiserver::authz {
namespace {

using audit::Attributes;
using audit::UserInfo;
using identity::service_account_of;
using Allowed = tl::expected<void, audit::Status>;

constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";
constexpr std::string_view kNodePrefix = "system:node:";
// Of so many names or more, whether all names are allowed is asked first.
constexpr std::size_t kMany = 4;

/// The node that a user is; nullopt for other users.
std::optional<std::string_view> node_of(std::string_view user) {
  if (!user.starts_with(kNodePrefix)) return std::nullopt;
  user.remove_prefix(kNodePrefix.size());
  return is_dns_subdomain(user) ? std::optional(user) : std::nullopt;
}

bool is_only_a_name(const UserInfo& user) {
  return user.uid.empty() && user.groups.empty() && user.extra.empty();
}

/// Whether the requestor is a service account whose token says that it is of that node.
bool is_on_node(const UserInfo& requestor, std::string_view node) {
  if (!service_account_of(requestor.username)) return false;
  const auto found = requestor.extra.find(std::string(identity::kNodeNameKey));
  if (found == requestor.extra.end() || !found->second) return false;
  return found->second->size() == 1 && found->second->front() == node;
}

/// A service account may run on many nodes: what it may do as its own node is asked of the account,
/// whatever else its token is bound to.
UserInfo without_its_node(const UserInfo& requestor) {
  UserInfo account = requestor;
  std::vector<std::string> keys;
  for (const auto& [key, values] : requestor.extra) keys.push_back(key);
  account.extra.clear();
  account.extra.emplace("authentication.kubernetes.io/associated-node-keys", std::move(keys));
  return account;
}

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

void ensure_group(UserInfo& user, std::string_view group) {
  if (!contains(user.groups, group)) user.groups.emplace_back(group);
}

void add_group_of_all(UserInfo& user) {
  if (user.username == identity::kAnonymousUser) {
    ensure_group(user, identity::kUnauthenticatedGroup);
  } else if (!contains(user.groups, identity::kUnauthenticatedGroup)) {
    ensure_group(user, identity::kAuthenticatedGroup);
  }
}

/// One attempt in one mode.
class Attempt {
 public:
  Attempt(ImpersonationMode mode, const Authorizer& authorizer, const UserInfo& wanted,
          const Attributes& request)
      : mode_(mode), authorizer_(authorizer), wanted_(wanted), request_(request), as_(wanted) {
    if (mode == ImpersonationMode::AssociatedNode) {
      requestor_ = without_its_node(*request.user);
    } else {
      requestor_ = *request.user;
    }
    verb_ = constrained() ? "impersonate:" + std::string(to_string(mode)) : "impersonate";
  }

  tl::expected<Impersonated, audit::Status> make() {
    using Step = Allowed (Attempt::*)();
    constexpr std::array<Step, 5> kSteps{&Attempt::request, &Attempt::name, &Attempt::uid,
                                         &Attempt::groups, &Attempt::extra};
    constexpr std::array<Step, 5> kStepsAlone{&Attempt::request, &Attempt::name, &Attempt::groups,
                                              &Attempt::extra, &Attempt::uid};
    for (const Step step : mode_ == ImpersonationMode::LegacyAlone ? kStepsAlone : kSteps) {
      if (auto allowed = (this->*step)(); !allowed) return tl::unexpected(allowed.error());
    }
    add_group_of_all(as_);
    return Impersonated{std::move(as_), constrained() ? verb_ : ""};
  }

 private:
  bool constrained() const noexcept {
    return mode_ != ImpersonationMode::Legacy && mode_ != ImpersonationMode::LegacyAlone;
  }

  Allowed ask(const Attributes& attributes) const {
    const Authorization answer = authorizer_.authorize(attributes);
    if (answer.decision == Authorization::Decision::Allow) return {};
    const bool silent = answer.decision == Authorization::Decision::Error &&
                        mode_ == ImpersonationMode::LegacyAlone;
    return tl::unexpected(forbidden(attributes, silent ? "" : answer.reason));
  }

  /// What is asked about a part of the user.
  Attributes about(std::string_view resource, std::string_view group) const {
    Attributes asked;
    asked.user = &requestor_;
    asked.verb = verb_;
    asked.resource_request = true;
    asked.api_group = group;
    asked.api_version = "v1";
    asked.resource = resource;
    return asked;
  }
  /// Users and groups were of the core group before they had one.
  std::string_view group_of_users() const noexcept {
    return constrained() ? kAuthenticationGroup : std::string_view();
  }

  /// The request itself, done on somebody's behalf.
  Allowed request() {
    if (!constrained()) return {};
    Attributes on = request_;
    on.user = &requestor_;
    const std::string verb =
        "impersonate-on:" + std::string(to_string(mode_)) + ":" + std::string(request_.verb);
    on.verb = verb;
    return ask(on);
  }

  Allowed name() {
    Attributes asked = about("users", group_of_users());
    asked.name = wanted_.username;
    if (const auto node = node_of(wanted_.username); node && constrained()) {
      asked.resource = "nodes";
      asked.name = mode_ == ImpersonationMode::AssociatedNode ? "*" : *node;
      as_.groups = {std::string(identity::kNodesGroup)};
    }
    if (const auto account = service_account_of(wanted_.username)) {
      asked.resource = "serviceaccounts";
      asked.ns = account->ns;
      asked.name = account->name;
      if (wanted_.groups.empty()) as_.groups = identity::service_account_groups(account->ns);
    }
    return ask(asked);
  }

  Allowed uid() {
    if (wanted_.uid.empty()) return {};
    Attributes asked = about("uids", kAuthenticationGroup);
    asked.name = wanted_.uid;
    return ask(asked);
  }

  Allowed groups() {
    if (wanted_.groups.empty()) return {};
    Attributes asked = about("groups", group_of_users());
    if (constrained()) {
      if (contains(wanted_.groups, "")) {
        return tl::unexpected(
            forbidden(asked, "impersonating the empty string group is not allowed"));
      }
      if (contains(wanted_.groups, identity::kPrivilegedGroup)) {
        asked.name = identity::kPrivilegedGroup;
        return tl::unexpected(
            forbidden(asked, "impersonating the system:masters group is not allowed"));
      }
      asked.name = "*";
      if (wanted_.groups.size() >= kMany && ask(asked)) return {};
    }
    for (const std::string& group : wanted_.groups) {
      asked.name = group;
      if (auto allowed = ask(asked); !allowed) return allowed;
    }
    return {};
  }

  Allowed extra() {
    if (wanted_.extra.empty()) return {};
    Attributes asked = about("userextras", kAuthenticationGroup);
    if (constrained()) {
      if (const auto valid = check_extra(wanted_.extra); !valid) {
        return tl::unexpected(forbidden(asked, valid.error().message));
      }
      asked.subresource = "*";
      asked.name = "*";
      if (has_many_extra() && ask(asked)) return {};
    }
    for (const auto& [key, values] : wanted_.extra) {
      asked.subresource = key;
      for (const std::string& value : *values) {
        asked.name = value;
        if (auto allowed = ask(asked); !allowed) return allowed;
      }
    }
    return {};
  }

  bool has_many_extra() const {
    std::size_t count = 0;
    for (const auto& [key, values] : wanted_.extra) count += values->size();
    return wanted_.extra.size() >= kMany || count >= kMany;
  }

  ImpersonationMode mode_;
  const Authorizer& authorizer_;
  const UserInfo& wanted_;
  const Attributes& request_;
  UserInfo requestor_;
  UserInfo as_;
  std::string verb_;
};

}  // namespace

std::string_view to_string(ImpersonationMode mode) noexcept {
  switch (mode) {
    case ImpersonationMode::AssociatedNode:
      return "associated-node";
    case ImpersonationMode::ArbitraryNode:
      return "arbitrary-node";
    case ImpersonationMode::ServiceAccount:
      return "serviceaccount";
    case ImpersonationMode::UserInfo:
      return "user-info";
    case ImpersonationMode::Legacy:
    case ImpersonationMode::LegacyAlone:
      break;
  }
  return "legacy";
}

bool is_about(ImpersonationMode mode, const UserInfo& wanted, const UserInfo& requestor) {
  switch (mode) {
    case ImpersonationMode::AssociatedNode: {
      const auto node = node_of(wanted.username);
      return is_only_a_name(wanted) && node && is_on_node(requestor, *node);
    }
    case ImpersonationMode::ArbitraryNode:
      return is_only_a_name(wanted) && node_of(wanted.username);
    case ImpersonationMode::ServiceAccount:
      return is_only_a_name(wanted) && service_account_of(wanted.username);
    case ImpersonationMode::UserInfo:
      return !node_of(wanted.username) && !service_account_of(wanted.username);
    case ImpersonationMode::Legacy:
    case ImpersonationMode::LegacyAlone:
      break;
  }
  return true;
}

tl::expected<Impersonated, audit::Status> impersonate(ImpersonationMode mode,
                                                      const Authorizer& authorizer,
                                                      const UserInfo& wanted,
                                                      const Attributes& request) {
  return Attempt(mode, authorizer, wanted, request).make();
}

}  // namespace kaudit::apiserver::authz
